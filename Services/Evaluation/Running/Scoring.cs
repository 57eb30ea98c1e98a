using LlmOps.Pricing;

namespace LlmOps.Evaluation;

/// <summary>A judge's word on one case, and what it cost.</summary>
/// <param name="Usd">Null where the price is unknown.</param>
public sealed record Judged(string Name, Score Score, decimal? Usd);

/// <summary>Makes a case's result from its answer. Pure.</summary>
public static class Scoring
{
    public const string Cached = "cached";
    public const string Recorded = "recorded";
    public const string Truncated = "truncated";
    public const string JudgeCostUnknown = "judge-cost-unknown";

    /// <summary>The answered case as scorers see it. Passages that the model was given come before those of the dataset.</summary>
    /// <param name="costUsd">Of the answer; null where its price is unknown.</param>
    public static ScoredCase Answered(EvalCase @case, Answer answer, Asked asked, decimal? costUsd) => new(
        @case.Id, string.Join('\n', @case.Vars.Values), answer.Output, @case.Expected, answer.Given.Count > 0 ? [.. answer.Given.Select(passage => passage.Text)] : @case.Context,
        @case.Tags, answer.FinishReason, asked.LatencyMs, asked.TtftMs, costUsd, answer.ToolCalls, [.. answer.Given.Select(passage => passage.Document)]);

    /// <param name="model">As the price book names it.</param>
    /// <param name="at">When it was asked.</param>
    /// <returns>Null where the answer reports no tokens, or the book has no price of the model.</returns>
    public static decimal? Cost(string model, Answer answer, PriceBook book, DateTimeOffset at) => answer.Tokens is { } tokens ? book.Price(model, tokens, at).KnownUsd : null;

    /// <param name="judged">What judges that are models said; the other scorers are asked here.</param>
    /// <param name="retriesUsd">What attempts without an answer cost.</param>
    public static CaseResult Of(
        EvalCase @case, IReadOnlyList<Scorer> scorers, ScoredCase answered, Answer answer, Asked asked, IReadOnlyList<Judged> judged, decimal? retriesUsd)
    {
        // A scorer with nothing to judge by is left out: neither a zero nor a pass.
        var all = scorers.Select(scorer => (scorer.Name, Score: judged.FirstOrDefault(judge => judge.Name == scorer.Name)?.Score ?? scorer.Score(answered))).ToList();
        var scores = all.Where(pair => pair.Score.Value is not null).ToList();
        return new CaseResult(
            @case.Id, @case.Segment, answer.Output, scores.ToDictionary(pair => pair.Name, pair => pair.Score.Value!.Value),
            Passed: scores.Count > 0 && scores.All(pair => pair.Score.Passed), Error: null, asked.LatencyMs, answered.CostUsd, answer.Citations(), asked.TtftMs,
            answer.Tokens is { } used ? new ReportTokens(used.Input + used.CachedRead + used.CachedWrite5m + used.CachedWrite1h, used.Output) : null,
            [.. Flags(answer, asked, judged), .. all.Select(pair => pair.Score.Flag).OfType<string>().Distinct()], Slices: null,
            asked.Attempts > 1 ? asked.Attempts : null, asked.Attempts > 1 ? retriesUsd : null, judged.Count > 0 ? judged.Sum(judge => judge.Usd ?? 0) : null);
    }

    /// <summary>A case without an answer: it stays in every denominator, and its attempts are paid for.</summary>
    public static CaseResult Errored(EvalCase @case, Refusal why, int attempts = 1, decimal? retriesUsd = null) =>
        new(@case.Id, @case.Segment, "", new Dictionary<string, double>(), Passed: false, $"{why.Code}: {why.Detail}", null, null, [],
            Attempts: attempts > 1 ? attempts : null, RetriesUsd: retriesUsd is > 0 ? retriesUsd : null);

    private static List<string> Flags(Answer answer, Asked asked, IReadOnlyList<Judged> judged)
    {
        var flags = new List<string>();
        if (Refusals.Is(answer.Output))
            flags.Add(Refusals.Flag);
        if (answer.FinishReason == "length")
            flags.Add(Truncated);
        if (answer.Cached)
            flags.Add(Cached);
        if (asked.Recorded)
            flags.Add(Recorded);
        if (judged.Any(judge => judge.Usd is null))
            flags.Add(JudgeCostUnknown);
        return flags;
    }
}
