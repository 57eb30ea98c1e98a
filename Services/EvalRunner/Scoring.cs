using LlmOps.Evaluation;
using LlmOps.Pricing;

namespace LlmOps.EvalRunner;

/// <summary>Makes a case's result from its answer. Pure.</summary>
public static class Scoring
{
    /// <param name="latencyMs">From asking to the whole answer.</param>
    /// <param name="at">When it was asked, for the price.</param>
    public static CaseResult Of(EvalCase @case, IReadOnlyList<Scorer> scorers, Answer answer, double latencyMs, PriceBook book, DateTimeOffset at)
    {
        var answered = new ScoredCase(
            @case.Id, string.Join('\n', @case.Vars.Values), answer.Output, @case.Expected, answer.Given.Count > 0 ? [.. answer.Given.Select(passage => passage.Text)] : @case.Context,
            @case.Tags, answer.FinishReason, Asserts: @case.Asserts);
        // A scorer with nothing to judge by is left out: neither a zero nor a pass.
        var scores = scorers.Select(scorer => (scorer.Name, Score: scorer.Score(answered))).Where(pair => pair.Score.Value is not null).ToList();
        return new CaseResult(
            @case.Id, @case.Segment, answer.Output, scores.ToDictionary(pair => pair.Name, pair => pair.Score.Value!.Value),
            Passed: scores.Count > 0 && scores.All(pair => pair.Score.Passed), Error: null, latencyMs,
            answer.Tokens is { } tokens ? book.Price(answer.Model, tokens, at).KnownUsd : null, answer.Citations(), TtftMs: null,
            answer.Tokens is { } used ? new ReportTokens(used.Input + used.CachedRead + used.CachedWrite5m + used.CachedWrite1h, used.Output) : null, Flags(answer));
    }

    /// <summary>A case without an answer: it stays in every denominator.</summary>
    public static CaseResult Errored(EvalCase @case, Refusal why) =>
        new(@case.Id, @case.Segment, "", new Dictionary<string, double>(), Passed: false, $"{why.Code}: {why.Detail}", null, null, []);

    private static List<string> Flags(Answer answer)
    {
        var flags = new List<string>();
        if (Refusals.Is(answer.Output))
            flags.Add(Refusals.Flag);
        if (answer.FinishReason == "length")
            flags.Add("truncated");
        return flags;
    }
}
