using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>What the groundedness model sees of an answer beside its context. Counts are capped so that no single one decides.</summary>
/// <param name="WorstSentence">0 to 1: the share of its content words that the context holds, rare ones weighing more.</param>
/// <param name="WorstClause">0 to 1: the share that the nearest single sentence of the context holds.</param>
/// <param name="UnknownWords">Words of any kind that the context does not hold.</param>
/// <param name="UnknownEnd">Such words in a row at the end: what an answer adds of its own, it adds there.</param>
/// <param name="Denial">It denies something, and the context denies nothing.</param>
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
            Worst(Words.Sentences(said), context.Covered),
            Worst(Words.Clauses(said), context.CoveredByOne),
            Math.Min(words.Keys.Count(word => !context.Says(word)), 8),
            Math.Min(words.Keys.AsEnumerable().Reverse().TakeWhile(word => !context.Says(word)).Count(), 2),
            Math.Min(FirstPersonal().Matches(stated).Count(match => !context.Says(GroundednessText.Key(match.Value.ToLowerInvariant()))), 2),
            Math.Min(Opinionated().Matches(stated).Count(match => !context.Says(GroundednessText.Key(match.Value.ToLowerInvariant()))), 2),
            stated.TrimEnd().EndsWith('?'),
            words.Denied.Count > 0 && !context.Denies);
    }

    private static double Worst(IEnumerable<string> pieces, Func<IReadOnlyCollection<string>, double> covered) =>
        pieces.Select(piece => covered(new GroundednessText(piece).Content)).DefaultIfEmpty(1).Min();

    [GeneratedRegex(@"\b(I|my|me|mine|myself)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex FirstPersonal();

    [GeneratedRegex(@"\b(think|believe|guess|maybe|perhaps|probably|love|favou?rite|amazing|awesome|great|cool|interesting|beautiful|wonderful|best|worst|hope|wish|feel|seems?)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Opinionated();
}
