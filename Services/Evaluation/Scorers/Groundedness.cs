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

    // The most that a contradiction, or a number that no passage about the same gives, leaves of a score, so that it never passes; BEGIN has too few of either to learn them.
    private const double MostContradicted = 0.4;
    private const double MostUncounted = 0.45;
    private const double About = 0.5; // share of the claim's words in a passage that may give its number

    public static GroundednessResult Explain(string output, IReadOnlyList<string> context)
    {
        if (string.IsNullOrWhiteSpace(output))
            return new GroundednessResult(0, []);
        var read = new GroundednessContext(context);
        var stated = Claims.Stated(output);
        var claims = Claims.Of(Claims.Unframed(stated)).ConvertAll(claim => Check(claim, read));
        var score = claims.Count == 0 && Words.Content(stated).Count == 0 ? 1 : GroundednessModel.Score(GroundednessFeatures.Of(stated, read));
        return new GroundednessResult(claims.Select(claim => claim.Most).Append(score).Min(), [.. claims.Select(claim => claim.Claim)]);
    }

    /// <summary>A claim alone, and the most that it leaves of the whole answer's score.</summary>
    private static (Claim Claim, double Most) Check(string claim, GroundednessContext context)
    {
        var text = new GroundednessText(claim);
        var support = GroundednessModel.Score(GroundednessFeatures.Of(claim, context));
        if (Contradiction.Find(text, context) is { } against)
            return (new Claim(claim, ClaimVerdict.Contradicted, Math.Min(MostContradicted, support), against.Text), MostContradicted);
        var most = Uncounted(text, context) ? MostUncounted : 1;
        var nearest = context.Sentences.Where(sentence => text.Content.Exists(sentence.Held.Contains)).MaxBy(sentence => context.Covered(text.Content, sentence));
        return (new Claim(claim, Math.Min(most, support) >= Threshold ? ClaimVerdict.Supported : ClaimVerdict.Unsupported, Math.Min(most, support), nearest?.Text), most);
    }

    private static bool Uncounted(GroundednessText claim, GroundednessContext context)
    {
        var words = claim.Content.Where(key => !IsNumber(key)).ToList();
        return claim.Content.Exists(key => IsNumber(key) && !context.Passages.Any(passage => passage.Held.Contains(key) && context.Covered(words, passage) >= About));
    }

    private static bool IsNumber(string key) => char.IsAsciiDigit(key[0]);
}
