using MathNet.Numerics.Distributions;

namespace LlmOps.Evaluation;

/// <summary>Drift of categories, labels among them: the Jensen-Shannon distance as effect size, a permutation test for whether it is real.</summary>
public static class CategoryDrift
{
    public const string Method = "jensen-shannon";

    private const int Exact = 20_000; // values up to which they are rearranged one by one; beyond, the chi-square limit is as good
    private const double SmallCell = 5; // expected values below which cells are pooled for that limit (Cochran 1954)

    /// <summary>Square root of the Jensen-Shannon divergence in bits (Endres and Schindelin 2003): 0 for equal shares, 1 for none in common.
    /// Null where one side has no values.</summary>
    public static double? Distance(IReadOnlyDictionary<string, long> reference, IReadOnlyDictionary<string, long> current)
    {
        var (left, right) = Aligned(reference, current);
        return left.Sum() > 0 && right.Sum() > 0 ? Math.Sqrt(Divergence(left, right)) : null;
    }

    /// <param name="seed">Of the rearrangements.</param>
    public static DriftTest Between(IReadOnlyDictionary<string, long> reference, IReadOnlyDictionary<string, long> current, int seed)
    {
        var (left, right) = Aligned(reference, current);
        var (n, m) = (left.Sum(), right.Sum());
        if (n == 0 || m == 0)
            return DriftTest.Of(Method, 0, 0, 1, n, m);
        var divergence = Divergence(left, right);
        var chance = n + m <= Exact ? Rearranged(left, right, divergence, seed) : Limit(left, right);
        return DriftTest.Of(Method, Math.Sqrt(divergence), Math.Sqrt(Math.Max(0, divergence - chance.Mean)), chance.P, n, m);
    }

    private static Permuted Rearranged(long[] left, long[] right, double divergence, int seed)
    {
        var values = new int[left.Sum() + right.Sum()];
        var at = 0;
        for (var category = 0; category < left.Length; category++)
        {
            var end = at + (int)(left[category] + right[category]);
            values.AsSpan(at..end).Fill(category);
            at = end;
        }
        var few = (int)Math.Min(left.Sum(), right.Sum());
        var (drawn, others) = (new long[left.Length], new long[left.Length]);
        return Permutations.Of([divergence], (random, statistics) =>
        {
            Array.Clear(drawn);
            for (var i = 0; i < few; i++)
            {
                var pick = random.Next(i, values.Length);
                (values[i], values[pick]) = (values[pick], values[i]);
                drawn[values[i]]++;
            }
            for (var category = 0; category < drawn.Length; category++)
                others[category] = left[category] + right[category] - drawn[category];
            statistics[0] = Divergence(drawn, others);
        }, seed)[0];
    }

    /// <summary>Pearson's chi-square over the two samples, and the divergence to expect of two samples from one source: (k − 1)/(8 ln 2) · (1/n + 1/m) for k categories.</summary>
    private static Permuted Limit(long[] left, long[] right)
    {
        var (n, m) = ((double)left.Sum(), (double)right.Sum());
        var (chi, cells, pooledLeft, pooledRight) = (0.0, 0, 0L, 0L);
        for (var category = 0; category < left.Length; category++)
        {
            var both = left[category] + right[category];
            if (both * Math.Min(n, m) / (n + m) < SmallCell)
                (pooledLeft, pooledRight) = (pooledLeft + left[category], pooledRight + right[category]);
            else
                Add(left[category], right[category]);
        }
        if (pooledLeft + pooledRight > 0)
            Add(pooledLeft, pooledRight);
        var p = cells > 1 ? 1 - ChiSquared.CDF(cells - 1, chi) : 1;
        return new Permuted(p, (left.Length - 1) / (8 * Math.Log(2)) * (1 / n + 1 / m));

        void Add(long inLeft, long inRight)
        {
            cells++;
            var expected = (inLeft + inRight) * n / (n + m);
            chi += (inLeft - expected) * (inLeft - expected) * (1 / expected + 1 / (inLeft + inRight - expected));
        }
    }

    private static double Divergence(long[] left, long[] right)
    {
        var (n, m) = ((double)left.Sum(), (double)right.Sum());
        var sum = 0.0;
        for (var category = 0; category < left.Length; category++)
        {
            var (p, q) = (left[category] / n, right[category] / m);
            if (p > 0)
                sum += p * Math.Log2(2 * p / (p + q));
            if (q > 0)
                sum += q * Math.Log2(2 * q / (p + q));
        }
        return Math.Clamp(sum / 2, 0, 1);
    }

    /// <summary>Counts under one order of names, so that the same two distributions give the same bits.</summary>
    private static (long[] Left, long[] Right) Aligned(IReadOnlyDictionary<string, long> reference, IReadOnlyDictionary<string, long> current)
    {
        var names = reference.Keys.Union(current.Keys).Order(StringComparer.Ordinal).ToArray();
        return ([.. names.Select(name => reference.GetValueOrDefault(name))], [.. names.Select(name => current.GetValueOrDefault(name))]);
    }
}
