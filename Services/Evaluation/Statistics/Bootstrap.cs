using MathNet.Numerics.Distributions;

namespace LlmOps.Evaluation;

/// <summary>Bootstrap intervals over cases (Efron 1987), the same for the same seed. Whole cases are drawn, so that pairs and repeats stay together.</summary>
public static class Bootstrap
{
    public const int Draws = 4000;

    private const int MaxJackknife = 1000; // leaving each case out in turn is quadratic, and the skewness it measures vanishes with n

    /// <summary>Interval of a statistic of n cases; each tail holds about <paramref name="alpha"/>.</summary>
    /// <param name="statistic">Of the cases with these indexes; NaN where a draw gives none.</param>
    public static Interval Of(int n, Func<int[], double> statistic, double alpha, int seed, int draws = Draws)
    {
        var random = new Random(seed);
        var values = new List<double>(draws);
        var drawn = new int[n];
        for (var i = 0; i < draws; i++)
        {
            for (var j = 0; j < n; j++)
                drawn[j] = random.Next(n);
            if (statistic(drawn) is var value && !double.IsNaN(value))
                values.Add(value);
        }
        if (values.Count == 0)
            return new Interval(double.NegativeInfinity, double.PositiveInfinity);
        values.Sort();
        var (lo, hi) = Accelerated(n, statistic, values, alpha);
        return new Interval(Percentile.Of(values, lo), Percentile.Of(values, hi));
    }

    /// <summary>Interval of the mean.</summary>
    public static Interval OfMean(IReadOnlyList<double> values, double alpha, int seed) =>
        Of(values.Count, drawn => drawn.Average(i => values[i]), alpha, seed);

    /// <summary>BCa: the percentiles shifted for bias and skewness. Plain percentiles where the statistic does not move.</summary>
    private static (double Lo, double Hi) Accelerated(int n, Func<int[], double> statistic, List<double> sorted, double alpha)
    {
        var estimate = statistic([.. Enumerable.Range(0, n)]);
        var below = (sorted.Count(value => value < estimate) + 0.5 * sorted.Count(value => value == estimate)) / sorted.Count;
        if (below is <= 0 or >= 1)
            return (alpha, 1 - alpha);
        var bias = Normal.InvCDF(0, 1, below);

        if (n > MaxJackknife)
            return (Shifted(alpha, 0), Shifted(1 - alpha, 0));
        var left = new double[n];
        for (var i = 0; i < n; i++)
        {
            var leftOut = i;
            left[i] = statistic([.. Enumerable.Range(0, n).Where(j => j != leftOut)]);
        }
        var mean = left.Average();
        var (cubes, squares) = (left.Sum(value => Math.Pow(mean - value, 3)), left.Sum(value => Math.Pow(mean - value, 2)));
        var skew = squares > 0 ? cubes / (6 * Math.Pow(squares, 1.5)) : 0;
        if (double.IsNaN(skew))
            skew = 0;
        return (Shifted(alpha, skew), Shifted(1 - alpha, skew));

        double Shifted(double tail, double acceleration)
        {
            var z = bias + Normal.InvCDF(0, 1, tail);
            return Normal.CDF(0, 1, bias + z / (1 - acceleration * z));
        }
    }
}

public static class Percentile
{
    /// <summary>Of sorted values by linear interpolation (Hyndman and Fan's type 7); NaN for none.</summary>
    /// <param name="at">0 to 1.</param>
    public static double Of(IReadOnlyList<double> sorted, double at)
    {
        if (sorted.Count == 0)
            return double.NaN;
        var place = Math.Clamp(at, 0, 1) * (sorted.Count - 1);
        var (lower, upper) = (sorted[(int)place], sorted[(int)Math.Ceiling(place)]);
        return lower == upper ? lower : lower + (place - (int)place) * (upper - lower); // equal ends may both be infinite
    }
}
