using System.Runtime.InteropServices;

namespace LlmOps.Evaluation;

/// <summary>Some texts of one side, summed: how often each hashed word and word pair occurs, and the sum of the texts' vectors of length 1.</summary>
/// <param name="Rows">Texts in the block.</param>
/// <param name="Spoken">Those with at least one word.</param>
internal sealed record TextBlock(int[] Features, float[] Counts, float[] Weights, int Rows, int Spoken);

/// <summary>Texts gathered into blocks, so that rearranging a hundred thousand of them costs no more than a few thousand.</summary>
internal static class TextBlocks
{
    internal const int Dimensions = 4096;

    private const int Most = 2048;

    /// <summary>Texts per block, the same on both sides.</summary>
    internal static int SizeFor(int texts) => (texts + Most - 1) / Most;

    internal static List<TextBlock> Of(IReadOnlyList<string> texts, int size) =>
        [.. Enumerable.Range(0, (texts.Count + size - 1) / size).Select(block => Block(texts, block * size, Math.Min(texts.Count, (block + 1) * size)))];

    private static TextBlock Block(IReadOnlyList<string> texts, int from, int to)
    {
        var sums = new SortedDictionary<int, (float Count, float Weight)>();
        var spoken = 0;
        for (var i = from; i < to; i++)
        {
            var features = Features(texts[i]);
            var length = Math.Sqrt(features.Values.Sum(count => (double)count * count));
            if (length > 0)
                spoken++;
            foreach (var (feature, count) in features)
            {
                var (counts, weights) = sums.GetValueOrDefault(feature);
                sums[feature] = (counts + count, weights + (float)(count / length));
            }
        }
        return new TextBlock([.. sums.Keys], [.. sums.Values.Select(sum => sum.Count)], [.. sums.Values.Select(sum => sum.Weight)], to - from, spoken);
    }

    private static Dictionary<int, int> Features(string text)
    {
        var features = new Dictionary<int, int>();
        var previous = 0UL;
        foreach (var word in TextTokens.Of(text))
        {
            Count(word);
            if (previous != 0)
                Count(Hashing.Of(previous, word));
            previous = word;
        }
        return features;

        void Count(ulong hash) => CollectionsMarshal.GetValueRefOrAddDefault(features, (int)(hash % Dimensions), out _)++;
    }
}
