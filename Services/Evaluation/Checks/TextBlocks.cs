using System.Runtime.InteropServices;

namespace LlmOps.Evaluation;

/// <summary>Some texts of one side, summed: how often each hashed word and word pair occurs, and the sum of the texts' vectors of length 1,
/// in which a feature weighs by its rarity among all texts.</summary>
/// <param name="Rows">Texts in the block.</param>
/// <param name="Spoken">Those with at least one word.</param>
internal sealed record TextBlock(int[] Features, float[] Counts, float[] Weights, int Rows, int Spoken);

/// <summary>Texts gathered into blocks, so that rearranging a hundred thousand of them costs no more than a few thousand.</summary>
internal static class TextBlocks
{
    internal const int Dimensions = 4096;

    private const int Most = 2048;

    /// <summary>The blocks of both sides, of the same number of texts each.</summary>
    internal static (IReadOnlyList<TextBlock> Left, IReadOnlyList<TextBlock> Right) Of(IReadOnlyList<string> left, IReadOnlyList<string> right)
    {
        var (featuresLeft, featuresRight) = (left.Select(Features).ToList(), right.Select(Features).ToList());
        var rarity = new double[Dimensions];
        foreach (var (feature, _) in featuresLeft.Concat(featuresRight).SelectMany(text => text))
            rarity[feature]++;
        var texts = left.Count + right.Count;
        for (var feature = 0; feature < rarity.Length; feature++)
            rarity[feature] = Math.Log(1 + texts / Math.Max(1, rarity[feature]));
        var size = (texts + Most - 1) / Most;
        return ([.. featuresLeft.Chunk(size).Select(chunk => Block(chunk, rarity))], [.. featuresRight.Chunk(size).Select(chunk => Block(chunk, rarity))]);
    }

    private static TextBlock Block((int Feature, int Count)[][] texts, double[] rarity)
    {
        var sums = new SortedDictionary<int, (float Count, float Weight)>();
        foreach (var text in texts)
        {
            var length = Math.Sqrt(text.Sum(feature => Math.Pow(feature.Count * rarity[feature.Feature], 2)));
            foreach (var (feature, count) in text)
            {
                var (counts, weights) = sums.GetValueOrDefault(feature);
                sums[feature] = (counts + count, weights + (float)(count * rarity[feature] / length));
            }
        }
        return new TextBlock([.. sums.Keys], [.. sums.Values.Select(sum => sum.Count)], [.. sums.Values.Select(sum => sum.Weight)], texts.Length, texts.Count(text => text.Length > 0));
    }

    private static (int Feature, int Count)[] Features(string text)
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
        return [.. features.Select(feature => (feature.Key, feature.Value))];

        void Count(ulong hash) => CollectionsMarshal.GetValueRefOrAddDefault(features, (int)(hash % Dimensions), out _)++;
    }
}
