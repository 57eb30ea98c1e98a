using System.Text.Json;
using LlmOps.Pricing;

namespace LlmOps.Costs;

/// <summary>What one inference used and cost, priced by the book in force when it started.</summary>
/// <param name="Usd">Null where no price is known; never 0 for that.</param>
/// <param name="Unpriced">Why there is no price.</param>
/// <param name="PriceBook">Version of the book it was priced by.</param>
public sealed record LedgerEntry(
    string RequestId, int Attempt, string App, string Route, Arm Arm, string Bundle, string Label, string Model, DateTimeOffset StartedAt,
    Outcome Outcome, TokenUsage Tokens, bool Estimated, decimal? Usd, string? Unpriced, string PriceBook)
{
    public static LedgerEntry Of(InferenceRecord record, PriceBooks books)
    {
        var book = books.At(record.StartedAt);
        var cost = book.Price(record.Model, record.Tokens, record.StartedAt);
        return new(
            record.RequestId, record.Attempt, record.App, record.Route, record.Arm, record.Bundle, record.Label, record.Model, record.StartedAt,
            record.Outcome, record.Tokens, record.Estimated, cost.KnownUsd, (cost as Cost.Unknown)?.Reason, book.Version);
    }
}

/// <summary>A feed item that cannot be booked, word for word.</summary>
public sealed record Quarantined(string Item, string Reason);

/// <summary>One page of the feed as the ledger takes it. A broken item is set aside; the rest flows.</summary>
public sealed record LedgerPage(IReadOnlyList<LedgerEntry> Entries, IReadOnlyList<Quarantined> Quarantined)
{
    public static LedgerPage Of(RawFeedPage page, PriceBooks books)
    {
        var entries = new List<LedgerEntry>();
        var quarantined = new List<Quarantined>();
        foreach (var item in page.Items)
        {
            var read = Read(item);
            if (read.Refused)
                quarantined.Add(new(item.GetRawText(), read.Refusal.Detail));
            else if (read.Value.Inference is { } inference)
                entries.Add(LedgerEntry.Of(inference, books));
        }
        return new(entries, quarantined);
    }

    private static Result<FeedItem> Read(JsonElement item)
    {
        try
        {
            var read = item.Deserialize<FeedItem>(Json.Options);
            if (read is null or { Inference: null, Feedback: null })
                return Broken("It is neither an inference nor feedback.");
            return read.Inference is { } inference && Fault(inference) is { } fault ? Broken(fault) : read;
        }
        catch (JsonException e)
        {
            return Broken(e.Message);
        }
    }

    private static string? Fault(InferenceRecord record)
    {
        string?[] texts = [record.RequestId, record.App, record.Route, record.Bundle, record.Label, record.Model];
        if (texts.Any(string.IsNullOrEmpty))
            return "It lacks a request id, app, route, bundle, label or model.";
        if (texts.Any(text => text!.Contains('\0', StringComparison.Ordinal)))
            return "A name in it holds the character NUL.";
        if (record.Attempt < 1 || record.StartedAt == default || record.Tokens is null)
            return "It lacks its attempt, its start or its tokens.";
        var (input, read, write5m, write1h, output, reasoning) = record.Tokens;
        if (new[] { input, read, write5m, write1h, output, reasoning, output - reasoning }.Min() < 0)
            return "It counts a negative number of tokens.";
        return record is { Outcome: Outcome.Open, Estimated: false } ? "It is not settled." : null;
    }

    private static Refusal Broken(string why) => Refusal.Invalid("broken-record", why);
}
