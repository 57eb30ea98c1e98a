using MathNet.Numerics.Distributions;

namespace LlmOps.Evaluation;

/// <summary>A statistic over many draws of the cases, read as BCa (Efron 1987): its percentiles, shifted for bias and skewness.</summary>
public sealed class Resampled
{
    private readonly double[] sorted;
    private readonly double bias;
    private readonly double skew;

    /// <param name="values">One per draw; NaN where a draw gave none.</param>
    /// <param name="estimate">Of all cases, to correct for bias; null for plain percentiles.</param>
    internal Resampled(double[] values, double? estimate, double skew)
    {
        sorted = Array.FindAll(values, value => !double.IsNaN(value));
        Array.Sort(sorted);
        if (estimate is not { } seen || Level(seen) is <= 0 or >= 1)
            return; // it does not move: no bias to speak of
        (bias, this.skew) = (Normal.InvCDF(0, 1, Level(seen)), skew);
    }

    /// <summary>Each tail holds about <paramref name="alpha"/>.</summary>
    public Interval Interval(double alpha) => sorted.Length == 0
        ? new(double.NegativeInfinity, double.PositiveInfinity)
        : new(Percentile.Of(sorted, Shifted(alpha)), Percentile.Of(sorted, Shifted(1 - alpha)));

    /// <summary>p-value of "the truth is at least this".</summary>
    public double Below(double value)
    {
        if (sorted.Length == 0)
            return 1;
        var finest = 1.0 / (sorted.Length + 1); // more than this the draws cannot say
        var shifted = Normal.InvCDF(0, 1, Math.Clamp(Level(value), finest, 1 - finest)) - bias;
        return Math.Clamp(1 - Normal.CDF(0, 1, shifted / (1 + skew * shifted) - bias), finest, 1);
    }

    /// <summary>p-value of "the truth is at most this".</summary>
    public double Above(double value) => sorted.Length == 0 ? 1 : Math.Clamp(1 - Below(value), 1.0 / (sorted.Length + 1), 1);

    internal Bounds Bounds(double alpha, string method) => new(Interval(alpha), method, Below, Above);

    /// <summary>Acceleration: a sixth of the skewness of what each case adds.</summary>
    internal static double Skew(double[] values, Func<double, double> influence)
    {
        var (cubes, squares) = (0.0, 0.0);
        foreach (var value in values)
        {
            var one = influence(value);
            squares += one * one;
            cubes += one * one * one;
        }
        var sixth = squares > 0 ? cubes / (6 * Math.Pow(squares, 1.5)) : 0;
        return double.IsFinite(sixth) ? sixth : 0;
    }

    private double Shifted(double tail)
    {
        var z = bias + Normal.InvCDF(0, 1, tail);
        return bias == 0 && skew == 0 ? tail : Normal.CDF(0, 1, bias + z / (1 - skew * z));
    }

    /// <summary>Share of the draws below a value, half of those at it.</summary>
    private double Level(double value)
    {
        var (first, last) = (Place(value, orEqual: false), Place(value, orEqual: true));
        return (first + last) / 2.0 / sorted.Length;
    }

    private int Place(double value, bool orEqual)
    {
        var (lo, hi) = (0, sorted.Length);
        while (lo < hi)
        {
            var middle = (lo + hi) / 2;
            if (orEqual ? sorted[middle] <= value : sorted[middle] < value)
                lo = middle + 1;
            else
                hi = middle;
        }
        return lo;
    }
}
