using System.Runtime.InteropServices;

namespace LlmOps.Evaluation;

/// <summary>Drift of texts. Three looks: their length (Kolmogorov-Smirnov), their vocabulary (chi-square over hashed words and word pairs) and their topic
/// (distance of the mean word vectors, the unbiased linear MMD² of Gretton et al. 2012); the last two are calibrated by rearranging whole texts.</summary>
public static class TextDrift
{
    public const string Length = "text-length";
    public const string Vocabulary = "vocabulary";
    public const string Topic = "topic";

    private const double SmallCell = 5; // expected occurrences on each side below which a word says nothing

    /// <param name="seed">Of the rearrangements.</param>
    public static DriftTest Between(IReadOnlyList<string> reference, IReadOnlyList<string> current, int seed)
    {
        var (n, m) = (reference.Count, current.Count);
        if (n < 2 || m < 2)
            return DriftTest.Of(Topic, 0, 0, 1, n, m);
        var (left, right) = TextBlocks.Of(reference, current);
        var pool = new TextPool([.. left, .. right]);
        var observed = pool.Compare([.. Enumerable.Range(0, left.Count)]);
        var order = Enumerable.Range(0, left.Count + right.Count).ToArray();
        var few = Math.Min(left.Count, right.Count);
        var permuted = Permutations.Of([observed.Chi, observed.Distance], (random, statistics) =>
        {
            for (var i = 0; i < few; i++)
            {
                var pick = random.Next(i, order.Length);
                (order[i], order[pick]) = (order[pick], order[i]);
            }
            var drawn = pool.Compare(order.AsSpan(0, few));
            (statistics[0], statistics[1]) = (drawn.Chi, drawn.Distance);
        }, seed);
        return DriftTest.Together(
            LengthBetween(reference, current),
            DriftTest.Of(Vocabulary, observed.InBits(observed.Chi), observed.InBits(observed.Chi - permuted[0].Mean), permuted[0].P, n, m),
            DriftTest.Of(Topic, observed.Apart(), observed.Apart(), permuted[1].P, n, m));
    }

    private static DriftTest LengthBetween(IReadOnlyList<string> reference, IReadOnlyList<string> current)
    {
        var (left, right) = (Lengths(reference), Lengths(current));
        var gap = NumberDrift.Gap(left, right);
        return DriftTest.Of(Length, gap, gap - NumberDrift.ExpectedGap(left.Length, right.Length), NumberDrift.PValue(gap, left.Length, right.Length), left.Length, right.Length);
    }

    private static double[] Lengths(IReadOnlyList<string> texts)
    {
        var lengths = texts.Select(text => (double)text.Length).ToArray();
        Array.Sort(lengths);
        return lengths;
    }

    /// <summary>All texts of both sides in blocks, and what a choice of blocks looks like against the rest.</summary>
    private sealed class TextPool
    {
        private readonly IReadOnlyList<TextBlock> blocks;
        private readonly double[] counts = new double[TextBlocks.Dimensions];
        private readonly double[] weights = new double[TextBlocks.Dimensions];
        private readonly double[] countsDrawn = new double[TextBlocks.Dimensions];
        private readonly double[] weightsDrawn = new double[TextBlocks.Dimensions];
        private readonly double words;
        private readonly int rows;
        private readonly int spoken;

        internal TextPool(IReadOnlyList<TextBlock> blocks)
        {
            this.blocks = blocks;
            foreach (var block in blocks)
                Add(block, counts, weights);
            words = counts.Sum();
            rows = blocks.Sum(block => block.Rows);
            spoken = blocks.Sum(block => block.Spoken);
        }

        internal TextComparison Compare(ReadOnlySpan<int> chosen)
        {
            Array.Clear(countsDrawn);
            Array.Clear(weightsDrawn);
            var (n, spokenDrawn) = (0, 0);
            foreach (var index in chosen)
            {
                Add(blocks[index], countsDrawn, weightsDrawn);
                (n, spokenDrawn) = (n + blocks[index].Rows, spokenDrawn + blocks[index].Spoken);
            }
            var share = words > 0 ? countsDrawn.Sum() / words : 0;
            var (chi, counted) = (0.0, 0.0);
            var (xx, yy, xy) = (0.0, 0.0, 0.0);
            for (var i = 0; i < counts.Length; i++)
            {
                if (counts[i] * Math.Min(share, 1 - share) >= SmallCell)
                {
                    var off = countsDrawn[i] - counts[i] * share;
                    chi += off * off / (counts[i] * share * (1 - share));
                    counted += counts[i];
                }
                var (x, y) = (weightsDrawn[i], weights[i] - weightsDrawn[i]);
                xx += x * x;
                yy += y * y;
                xy += x * y;
            }
            return new TextComparison(chi, counted * share * (1 - share), xx, yy, xy, n, rows - n, spokenDrawn, spoken - spokenDrawn);
        }

        private static void Add(TextBlock block, double[] counts, double[] weights)
        {
            for (var i = 0; i < block.Features.Length; i++)
            {
                counts[block.Features[i]] += block.Counts[i];
                weights[block.Features[i]] += block.Weights[i];
            }
        }
    }

    /// <param name="Chi">Chi-square over the words that occur often enough.</param>
    /// <param name="Information">Their number times both sides' shares of it.</param>
    /// <param name="Xx">Squared length of the first side's summed vectors; Yy of the other's; Xy their product.</param>
    /// <param name="Spoken">Texts of the first side with at least one word, each a vector of length 1.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct TextComparison(double Chi, double Information, double Xx, double Yy, double Xy, int N, int M, int Spoken, int SpokenOther)
    {
        /// <summary>Squared distance of the two mean vectors.</summary>
        internal double Distance => N > 0 && M > 0 ? Xx / N / N + Yy / M / M - 2 * Xy / N / M : 0;

        /// <summary>A chi-square as the Jensen-Shannon distance it stands for near equality, in bits.</summary>
        internal double InBits(double chi) => Information > 0 ? Math.Sqrt(Math.Max(0, chi) / (8 * Math.Log(2) * Information)) : 0;

        /// <summary>Distance of the mean vectors relative to their lengths, 0 to 1; a text's product with itself is left out, which takes chance off.</summary>
        internal double Apart()
        {
            var left = Math.Max(0, (Xx - Spoken) / N / (N - 1.0));
            var right = Math.Max(0, (Yy - SpokenOther) / M / (M - 1.0));
            var apart = left + right - 2 * Xy / N / M;
            return left + right > 0 ? Math.Sqrt(Math.Clamp(apart / (left + right), 0, 1)) : 0;
        }
    }
}
