using MathNet.Numerics.Distributions;

namespace LlmOps.Evaluation;

/// <summary>Drift of numbers. Two looks: the whole shape (Kolmogorov-Smirnov) and the mean in standard errors (Welch 1947), because a shift of the mean
/// by two deviations of single values is gross long before it shows there.</summary>
public static class NumberDrift
{
    public const string Shape = "kolmogorov-smirnov";
    public const string Mean = "mean-shift";

    private const int Exact = 2000; // values up to which they are rearranged; beyond, the limits hold

    /// <summary>Values that are no finite numbers are left out.</summary>
    public static DriftTest Between(IReadOnlyList<double> reference, IReadOnlyList<double> current, int seed)
    {
        var (left, right) = (Sorted(reference), Sorted(current));
        var (n, m) = (left.Length, right.Length);
        if (n < 2 || m < 2)
            return DriftTest.Of(Shape, 0, 0, 1, n, m);
        var gap = Gap(left, right);
        var (errors, deviations) = Shift(left, right);
        var overlapLost = 2 * Normal.CDF(0, 1, Math.Abs(deviations) / 2) - 1; // the gap that two bell curves so far apart have
        var (shape, mean) = n + m <= Exact ? Rearranged(left, right, gap, Math.Abs(errors), seed) : Limits(n, m, gap, errors);
        var chance = 2 * Normal.CDF(0, 1, Math.Sqrt(2 / Math.PI * (1.0 / n + 1.0 / m)) / 2) - 1;
        return DriftTest.Together(
            DriftTest.Of(Shape, gap, gap - shape.Mean, shape.P, n, m),
            DriftTest.Of(Mean, overlapLost, overlapLost - chance, mean.P, n, m)) with { StandardErrors = errors, StandardDeviations = deviations };
    }

    /// <summary>The largest gap between the two distribution functions, 0 to 1; both sorted and not empty.</summary>
    internal static double Gap(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var (i, j, gap) = (0, 0, 0.0);
        while (i < left.Length && j < right.Length)
        {
            var value = Math.Min(left[i], right[j]);
            while (i < left.Length && left[i] == value)
                i++;
            while (j < right.Length && right[j] == value)
                j++;
            gap = Math.Max(gap, Math.Abs((double)i / left.Length - (double)j / right.Length));
        }
        return gap;
    }

    /// <summary>Chance of at least this gap without drift, by the limit of Kolmogorov (1933).</summary>
    internal static double PValue(double gap, long n, long m)
    {
        var x = gap * Math.Sqrt((double)n / (n + m) * m);
        if (x < 0.3)
            return 1; // where the series below needs many terms to say 1.0000
        var sum = 0.0;
        for (var k = 1; k <= 100; k++)
            sum += (k % 2 == 1 ? 2 : -2) * Math.Exp(-2.0 * k * k * x * x);
        return Math.Clamp(sum, 0, 1);
    }

    /// <summary>Mean of the gap without drift: √(π/2) ln 2 of Kolmogorov's limit.</summary>
    internal static double ExpectedGap(long n, long m) => Math.Sqrt(Math.PI / 2) * Math.Log(2) * Math.Sqrt(1.0 / n + 1.0 / m);

    private static (Permuted Shape, Permuted Mean) Limits(int n, int m, double gap, double errors) =>
        (new(PValue(gap, n, m), ExpectedGap(n, m)), new(2 * Normal.CDF(0, 1, -Math.Abs(errors)), 0));

    private static (Permuted Shape, Permuted Mean) Rearranged(double[] left, double[] right, double gap, double errors, int seed)
    {
        var pool = left.Concat(right).ToArray();
        var (n, first, second) = (left.Length, new double[left.Length], new double[right.Length]);
        var permuted = Permutations.Of([gap, errors], (random, statistics) =>
        {
            random.Shuffle(pool);
            pool.AsSpan(0, n).CopyTo(first);
            pool.AsSpan(n).CopyTo(second);
            Array.Sort(first);
            Array.Sort(second);
            statistics[0] = Gap(first, second);
            statistics[1] = Math.Abs(Shift(first, second).Errors);
        }, seed);
        return (permuted[0], permuted[1]);
    }

    /// <summary>Shift of the mean in its standard errors and in pooled standard deviations (Cohen's d); a shift without any spread counts as far out.</summary>
    private static (double Errors, double Deviations) Shift(double[] left, double[] right)
    {
        const double far = 1000;
        var (a, b) = (Moments(left), Moments(right));
        var shift = b.Mean - a.Mean;
        if (Math.Abs(shift) <= 1e-12 * Math.Max(Math.Abs(a.Mean), Math.Abs(b.Mean)))
            return (0, 0);
        var error = Math.Sqrt(a.Variance / left.Length + b.Variance / right.Length);
        var deviation = Math.Sqrt((a.Variance + b.Variance) / 2);
        return (Bounded(shift / error), Bounded(shift / deviation));

        double Bounded(double value) => double.IsNaN(value) ? 0 : Math.Clamp(value, -far, far);
    }

    private static (double Mean, double Variance) Moments(double[] values)
    {
        var scale = Math.Max(Math.Abs(values[0]), Math.Abs(values[^1])); // the ends of a sorted list; keeps squares of huge values finite
        if (scale == 0)
            return (0, 0);
        var mean = values.Sum(value => value / scale) / values.Length;
        var variance = values.Sum(value => (value / scale - mean) * (value / scale - mean)) / (values.Length - 1);
        return (mean * scale, variance * scale * scale);
    }

    private static double[] Sorted(IReadOnlyList<double> values)
    {
        var sorted = values.Where(double.IsFinite).ToArray();
        Array.Sort(sorted);
        return sorted;
    }
}
