namespace LlmOps.Evaluation;

public enum ClaimVerdict { Supported, Unsupported, Contradicted }

/// <summary>One thing that an answer says, and the sentence of the context that supports or contradicts it best.</summary>
/// <param name="Support">0 to 1: the groundedness of this claim alone.</param>
/// <param name="Sentence">The nearest sentence; null where none shares a content word with the claim.</param>
public sealed record Claim(string Text, ClaimVerdict Verdict, double Support, string? Sentence);

/// <param name="Score">0 to 1; at least 0.5 where the answer as a whole is more likely grounded than not.</param>
/// <param name="Claims">In the order of the answer; none where it claims nothing.</param>
public sealed record GroundednessResult(double Score, IReadOnlyList<Claim> Claims)
{
    /// <summary>A contradicted claim before an unsupported one, then the least supported.</summary>
    public Claim? Worst => Claims.Count == 0 ? null : Claims.MaxBy(claim => (claim.Verdict, -claim.Support));
}

/// <summary>How far an answer rests on its context, claim by claim; lexical entailment and a logistic regression, no language model.</summary>
public static class Groundedness
{
    public const double Threshold = 0.5;

    private const double Contradicted = 0.4; // what a contradiction leaves of a score, so that it never passes

    public static GroundednessResult Explain(string output, IReadOnlyList<string> context)
    {
        if (string.IsNullOrWhiteSpace(output))
            return new GroundednessResult(0, []);
        var read = new GroundednessContext(context);
        var stated = Claims.Stated(output);
        var claims = Claims.Of(Claims.Unframed(stated)).ConvertAll(claim => Check(claim, read));
        var score = claims.Count == 0 && Words.Content(stated).Count == 0 ? 1 : GroundednessModel.Score(GroundednessFeatures.Of(stated, read));
        return new GroundednessResult(claims.Exists(claim => claim.Verdict == ClaimVerdict.Contradicted) ? Contradicted * score : score, claims);
    }

    private static Claim Check(string claim, GroundednessContext context)
    {
        var support = GroundednessModel.Score(GroundednessFeatures.Of(claim, context));
        var text = new GroundednessText(claim);
        if (Contradiction.Find(text, context) is { } against)
            return new Claim(claim, ClaimVerdict.Contradicted, Contradicted * support, against.Text);
        var nearest = context.Sentences.Where(sentence => text.Content.Exists(sentence.Held.Contains)).MaxBy(sentence => context.Covered(text.Content, sentence));
        return new Claim(claim, support >= Threshold ? ClaimVerdict.Supported : ClaimVerdict.Unsupported, support, nearest?.Text);
    }
}
