namespace LlmOps.Evaluation;

/// <summary>Counted runs of n tokens, the stuff of overlap scores. Tokens hold no white space.</summary>
internal static class NGrams
{
    internal static Dictionary<string, int> Of(IReadOnlyList<string> tokens, int n)
    {
        var counts = new Dictionary<string, int>();
        for (var start = 0; start + n <= tokens.Count; start++)
        {
            var gram = n == 1 ? tokens[start] : string.Join(' ', tokens.Skip(start).Take(n));
            counts[gram] = counts.GetValueOrDefault(gram) + 1;
        }
        return counts;
    }

    /// <summary>How many occurrences both sides have.</summary>
    internal static int Shared(IReadOnlyDictionary<string, int> a, IReadOnlyDictionary<string, int> b) =>
        a.Sum(gram => Math.Min(gram.Value, b.GetValueOrDefault(gram.Key)));

    /// <summary>2PR/(P+R), 0 where nothing is shared.</summary>
    internal static double F(double shared, double said, double wanted) => shared == 0 ? 0 : 2 * shared / (said + wanted);
}
