namespace LlmOps.Evaluation;

/// <summary>How far an answer rests on its context, 0 to 1 (see <see cref="Groundedness"/>). An answer that only declines claims nothing and is grounded.</summary>
internal sealed class GroundednessScorer(SuiteScorer settings) : Scorer(settings, Groundedness.Threshold)
{
    public override Score Score(ScoredCase answered)
    {
        if (answered.Context.Count == 0)
            return Evaluation.Score.Missing("There is no context to be grounded in.");
        var result = Groundedness.Explain(answered.Output, answered.Context);
        return Evaluation.Score.Of(result.Score, Threshold, Reason(result));
    }

    private static string Reason(GroundednessResult result) => result.Worst switch
    {
        null => "claims nothing",
        { Verdict: ClaimVerdict.Supported } => "covered by the context",
        { Sentence: null } worst => $"not in the context: \"{worst.Text}\"",
        { Verdict: ClaimVerdict.Contradicted } worst => $"contradicted: \"{worst.Text}\" against \"{worst.Sentence}\"",
        var worst => $"not in the context: \"{worst.Text}\"; nearest: \"{worst.Sentence}\"",
    };
}
