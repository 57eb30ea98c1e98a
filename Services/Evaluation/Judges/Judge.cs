namespace LlmOps.Evaluation;

/// <summary>Everything that decides a judge's grades. Another value of any of it is another judge, and scores of the two do not compare.</summary>
/// <param name="Rubric">The text it grades by, or the name of a built-in one with its version.</param>
/// <param name="Model">The pin.</param>
/// <param name="PromptSha256">Of the prompt, the way its answers are read and averaged, and every other setting.</param>
public sealed record JudgeVersion(string Name, string Rubric, string Model, string PromptSha256)
{
    /// <summary>The version of a scorer that judges; null of any other.</summary>
    public static JudgeVersion? Of(Scorer scorer)
    {
        if (scorer.JudgeIdentity is not { } identity)
            return null;
        var (settings, name) = (scorer.Settings, scorer.Settings.Judge ?? Scorer.EmbeddedJudge);
        return new JudgeVersion(name, string.Join('+', settings.Rubrics ?? [settings.Rubric ?? ""]), name, ContentHash.OfText(identity));
    }

    public string Id() => "judge_" + ContentHash.Of(this);
}

/// <summary>A judge that can be asked, wherever its grades come from.</summary>
/// <param name="Grade">A score without value is an abstention.</param>
/// <param name="Compare">Which of two answers to the same question is better, 1 or 2; null where it abstains. For judges that compare.</param>
/// <param name="Flags">Whether a graded text is marked as speaking to its judge, so that a person looks at it.</param>
public sealed record Judge(
    JudgeVersion Version, Func<ScoredCase, CancellationToken, ValueTask<Score>> Grade,
    Func<ScoredCase, ScoredCase, CancellationToken, ValueTask<int?>>? Compare = null, Func<ScoredCase, bool>? Flags = null);
