namespace LlmOps.Evaluation;

/// <summary>Rows that also stand in another set, in a prompt or among its examples: word for word, in other words, or inside a longer text.</summary>
internal static class Contamination
{
    private const int MostExamples = 20;

    /// <param name="texts">What the rows say, with their lines.</param>
    internal static DataContamination Of(IReadOnlyList<(long Line, string Text)> texts, IReadOnlyList<DataSource> against)
    {
        var pieces = new List<string>();
        var (files, starts) = (new Dictionary<string, long>(), new List<(int Start, string Name)>());
        foreach (var source in against)
        {
            var own = TextPieces.Of(source);
            starts.Add((pieces.Count, source.Name));
            files[source.Name] = files.GetValueOrDefault(source.Name) + own.Count;
            pieces.AddRange(own);
        }
        var similar = new SimilarTexts([.. texts.Select(text => text.Text), .. pieces], texts.Count);
        var found = new List<DataPair>();
        for (var at = 0; at < texts.Count; at++)
        {
            var best = similar.To(at).OrderByDescending(match => match.Similarity).ThenBy(match => match.Other).FirstOrDefault(new Similar(-1, 0, false));
            if (best.Other >= 0)
                found.Add(new DataPair(texts[at].Line, FileOf(best.Other - texts.Count), best.Similarity >= 1 ? "exact" : best.Contained ? "contained" : "near", Math.Round(best.Similarity, 4)));
        }
        return new DataContamination(found.Count, files, [.. found.OrderBy(pair => pair.Line).Take(MostExamples)]);

        string FileOf(int piece) => starts.FindLast(file => file.Start <= piece).Name;
    }
}
