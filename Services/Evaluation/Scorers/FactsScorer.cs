namespace LlmOps.Evaluation;

/// <summary>Share of the expected facts that the answer contains. Range 0 to 1; passes at 1 unless a threshold is set.
/// Accepted texts count as one fact, met by any of them.</summary>
internal sealed class FactsScorer(SuiteScorer settings) : Scorer(settings, threshold: 1)
{
    public override Score Score(ScoredCase answered)
    {
        if (answered.Expected is { Texts.Count: > 0 } accepted)
        {
            return accepted.Texts.FirstOrDefault(text => Found(text, answered.Output)) is { } found
                ? Evaluation.Score.Of(1, Threshold, $"says \"{found}\"")
                : Evaluation.Score.Of(0, Threshold, $"does not say \"{accepted.Texts[0]}\"");
        }
        if (answered.Expected is not { Facts.Count: > 0 } expected)
            return Evaluation.Score.Missing("The case expects no facts.");
        var missing = expected.Facts.Where(fact => !Found(fact, answered.Output)).ToList();
        var share = 1 - missing.Count / (double)expected.Facts.Count;
        return Evaluation.Score.Of(share, Threshold, missing.Count == 0 ? $"all {expected.Facts.Count} facts found" : $"missing: {string.Join("; ", missing)}");
    }

    private static bool Found(string fact, string output) => Fact.Parse(fact)?.In(output) == true;
}
