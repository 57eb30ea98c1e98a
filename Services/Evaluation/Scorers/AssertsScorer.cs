namespace LlmOps.Evaluation;

/// <summary>Each case by its own list of asserts: the mean of their scores by weight, 0 to 1, where an assert that has nothing to judge by counts as 0.
/// Passes at the case's threshold, else at the suite's, else where every assert with a weight passes.</summary>
internal sealed class AssertsScorer(SuiteScorer settings) : Scorer(settings, threshold: 1)
{
    private const string Refuse = "refuse";

    public override Score Score(ScoredCase answered) => answered.Asserts is { Items.Count: > 0 } asserts
        ? Of(asserts, Settings.Threshold, answered)
        : Evaluation.Score.Missing("The case has no asserts.");

    private static Score Of(CaseAsserts asserts, double? threshold, ScoredCase answered)
    {
        var scores = asserts.Items.Select(item => (Item: item, Score: Of(item, answered))).ToList();
        var weight = scores.Sum(pair => pair.Item.Weight);
        var mean = weight > 0 ? scores.Sum(pair => pair.Item.Weight * (pair.Score.Value ?? 0)) / weight : 1;
        var failed = scores.Where(pair => pair.Item.Weight > 0 && !pair.Score.Passed).ToList();
        var reason = failed.Count == 0 ? $"all {scores.Count} asserts pass" : string.Join("; ", failed.Select(pair => $"{pair.Item.Name}: {pair.Score.Reason}"));
        return (asserts.Threshold ?? threshold) is { } wanted
            ? Evaluation.Score.Of(mean, wanted, reason)
            : new Score(Math.Clamp(mean, 0, 1), failed.Count == 0, reason);
    }

    private static Score Of(CaseAssert item, ScoredCase answered)
    {
        var score = item.Set is { } set ? Of(set, threshold: null, answered) : item.Scorer.Score(Seen(item.Settings!, answered));
        if (score.Value is not { } value)
            return score;
        return item.Negate ? score with { Value = 1 - value, Passed = !score.Passed, Reason = $"not wanted: {score.Reason}" } : score;
    }

    /// <summary>An assert of refusal is one that the answer must decline, whatever the case is tagged.</summary>
    private static ScoredCase Seen(SuiteScorer settings, ScoredCase answered) =>
        settings.Type == "refusal" ? answered with { Tags = [Refuse] } : answered;
}
