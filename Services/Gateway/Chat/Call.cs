using System.Diagnostics;
using System.Text.Json.Nodes;
using LlmOps.Inference;

namespace LlmOps.Gateway;

/// <summary>One call on its way: what was decided, what it waited for, and what is recorded of it.</summary>
/// <param name="arrived">Timestamp of the clock when the request arrived.</param>
/// <param name="shadowOf">The primary request, where this is its copy.</param>
public sealed class Call(
    string requestId, ChatRequest chat, string keyId, Assignment assignment, ServedBundle bundle, string gateway, string? shadowOf, DateTimeOffset startedAt, long arrived, TimeProvider clock)
{
    private readonly string question = Composition.Question(bundle, chat);

    public string RequestId => requestId;
    public ChatRequest Chat => chat;
    public Assignment Assignment => assignment;
    public ServedBundle Bundle => bundle;
    public string KeyId => keyId;
    public string Question => question;
    public DateTimeOffset StartedAt => startedAt;

    /// <summary>Spent waiting for the index and the model; the rest is the gateway's own.</summary>
    public TimeSpan Waited { get; set; }

    public TimeSpan Elapsed => clock.GetElapsedTime(arrived);

    public double OverheadMs => Math.Max(0, (Elapsed - Waited).TotalMilliseconds);

    public IndexAnswer? Retrieved { get; set; }

    /// <summary>The request as the model gets it, and the model; set once the call is prepared.</summary>
    public JsonObject? Upstream { get; set; }

    public IModel? Model { get; set; }

    /// <summary>How it ended; null while it has not.</summary>
    public InferenceRecord? Settled { get; set; }

    public InferenceRecord Begun() => Record(Outcome.Open, null, new Told(null, "", null, null), Estimate(""));

    public InferenceRecord Refused(Refusal refusal) => Record(Outcome.Error, refusal.Code, new Told(null, "", null, null), TokenUsage.Of(0, 0));

    /// <param name="told">What the model had said by then.</param>
    public InferenceRecord Ended(Outcome outcome, string? errorType, Told told) =>
        Record(outcome, errorType, told, told.Usage ?? Estimate(told.Text)) with { Estimated = told.Usage is null };

    /// <summary>What the tokens would be by our own count, where the provider gives none.</summary>
    private TokenUsage Estimate(string output) => TokenUsage.Of(
        (Upstream?["messages"] as JsonArray ?? []).OfType<JsonObject>().Sum(message => EmbeddedTokens.Count(ChatRequest.TextOf(message["content"]))),
        EmbeddedTokens.Count(output));

    private InferenceRecord Record(Outcome outcome, string? errorType, Told told, TokenUsage tokens) => new(
        requestId, Attempt: 1, gateway, assignment.App, assignment.Route, assignment.Arm, assignment.Release, assignment.Step, bundle.Id, bundle.Label, bundle.Manifest.Model.Id,
        bundle.Manifest.Retrieval?.IndexVersion, Retrieved?.TailPosition, chat.Unit is { } unit ? ContentHash.OfText(unit) : null, keyId,
        Activity.Current?.TraceId.ToString(), startedAt, Elapsed.TotalMilliseconds, told.Ttft?.TotalMilliseconds, outcome, Word(errorType), Word(told.Finish), tokens,
        Estimated: outcome == Outcome.Open, Flags(told), ContentHash.OfText(question), question.Length, told.Text.Length, shadowOf, chat.Tags);

    /// <summary>Providers choose these words, a record is one short line of the journal, and Postgres takes no NUL.</summary>
    private static string? Word(string? given) => given is { Length: > 100 } || given?.Contains('\0') == true ? "other" : given;

    private static IReadOnlyList<string> Flags(Told told) => told.Finish switch
    {
        "length" => ["truncated"],
        "content_filter" => ["refused"],
        _ => [],
    };
}

/// <summary>What a model has said so far.</summary>
/// <param name="Usage">Null while the provider has given none.</param>
/// <param name="Ttft">From the request's arrival to the first text; null when not streamed.</param>
public sealed record Told(string? Finish, string Text, TokenUsage? Usage, TimeSpan? Ttft);
