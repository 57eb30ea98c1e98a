namespace LlmOps.Evaluation;

/// <summary>1 − edits / length of the longer text, 0 to 1, by Unicode code points, of the nearest reference (Levenshtein 1966, normalised as rapidfuzz does).
/// White space and typographic signs are evened out first.</summary>
internal sealed class LevenshteinScorer(SuiteScorer settings) : Scorer(settings, threshold: 0.8)
{
    public override Score Score(ScoredCase answered)
    {
        var references = References(answered);
        if (references.Count == 0)
            return NoReference;
        var output = Points(answered.Output);
        var (edits, longer) = references.Select(Points).Select(reference => (Edits: EditDistance.Levenshtein(reference, output), Longer: Math.Max(reference.Length, output.Length)))
            .MinBy(pair => pair.Edits / (double)Math.Max(pair.Longer, 1));
        return Evaluation.Score.Of(longer == 0 ? 1 : 1 - edits / (double)longer, Threshold, $"{edits} edits in {longer} characters");
    }

    private int[] Points(string text)
    {
        var plain = NormalText.Plain(text);
        return [.. (Settings.IgnoreCase == true ? plain.ToLowerInvariant() : plain).EnumerateRunes().Select(rune => rune.Value)];
    }
}
