namespace LlmOps.Evaluation;

/// <summary>Rows of a sample that say the same as an earlier row of it in other words.</summary>
internal static class NearDuplicates
{
    private const int MostExamples = 20;

    /// <param name="rows">What each row says, with its line. Rows that say it word for word are counted elsewhere, over all rows.</param>
    internal static (long Rows, IReadOnlyList<DataPair> Examples) Of(IReadOnlyList<(long Line, string Text)> rows)
    {
        var texts = rows.OrderBy(row => row.Line).DistinctBy(row => NormalOf(row.Text)).ToList();
        var found = new Dictionary<int, DataPair>();
        var similar = new SimilarTexts(texts.Select(text => text.Text));
        for (var at = 0; at < texts.Count; at++)
        {
            foreach (var match in similar.To(at))
            {
                var (earlier, later) = (Math.Min(at, match.Other), Math.Max(at, match.Other));
                found.TryAdd(later, new DataPair(texts[later].Line, $"line {texts[earlier].Line}", match.Contained ? "contained" : "near", Math.Round(match.Similarity, 4)));
            }
        }
        return (found.Count, [.. found.Values.OrderBy(pair => pair.Line).Take(MostExamples)]);
    }

    private static ulong NormalOf(string text)
    {
        var hash = 0UL;
        foreach (var word in text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            hash = Hashing.Of(hash, Hashing.Of(word));
        return hash;
    }
}
