using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>What the groundedness model sees of an answer beside its context. Coverage is 0 to 1, counts are capped so that no single one decides.</summary>
public sealed partial record GroundednessFeatures(
    double WorstSentence, double WorstClause, int UnknownWords, int UnknownEnd, int FirstPerson, int Opinion, bool Question, bool Denial)
{
    /// <summary>An answer copied from its context.</summary>
    internal static readonly GroundednessFeatures Copy = new(1, 1, 0, 0, 0, 0, false, false);

    public static IReadOnlyList<string> Names { get; } =
        [nameof(WorstSentence), nameof(WorstClause), nameof(UnknownWords), nameof(UnknownEnd), nameof(FirstPerson), nameof(Opinion), nameof(Question), nameof(Denial)];

    /// <summary>In the order of <see cref="Names"/>.</summary>
    public double[] Values() => [WorstSentence, WorstClause, UnknownWords, UnknownEnd, FirstPerson, Opinion, Question ? 1 : 0, Denial ? 1 : 0];

    public static GroundednessFeatures Of(string output, IReadOnlyList<string> context) => Of(Claims.Stated(output), new GroundednessContext(context));

    internal static GroundednessFeatures Of(string stated, GroundednessContext context)
    {
        var said = Claims.Unframed(stated);
        var words = new GroundednessText(said);
        return new GroundednessFeatures(
            Worst(Words.Sentences(said), context),
            Worst(Words.Clauses(said), context),
            Math.Min(words.Keys.Count(word => !context.Says(word)), 8),
            Math.Min(words.Keys.AsEnumerable().Reverse().TakeWhile(word => !context.Says(word)).Count(), 2),
            Math.Min(FirstPersonal().Matches(stated).Count(match => !context.Says(GroundednessText.Key(match.Value.ToLowerInvariant()))), 2),
            Math.Min(Opinionated().Matches(stated).Count(match => !context.Says(GroundednessText.Key(match.Value.ToLowerInvariant()))), 2),
            stated.TrimEnd().EndsWith('?'),
            words.Negated && !context.Negated);
    }

    private static double Worst(IEnumerable<string> pieces, GroundednessContext context) =>
        pieces.Select(piece => context.Covered(new GroundednessText(piece).Content)).DefaultIfEmpty(1).Min();

    [GeneratedRegex(@"\b(I|my|me|mine|myself)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex FirstPersonal();

    [GeneratedRegex(@"\b(think|believe|guess|maybe|perhaps|probably|love|favou?rite|amazing|awesome|great|cool|interesting|beautiful|wonderful|best|worst|hope|wish|feel|seems?)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Opinionated();
}
