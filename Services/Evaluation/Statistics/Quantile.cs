using MathNet.Numerics.Distributions;

namespace LlmOps.Evaluation;

/// <summary>Bounds of a quantile from order statistics: they hold for any distribution (David and Nagaraja 2003, section 7.1).</summary>
public static class Quantile
{
    /// <summary>Each tail holds at most <paramref name="alpha"/>; an end is infinite where so few values cannot bound it.</summary>
    /// <param name="at">Above 0 and below 1.</param>
    public static Bounds Of(IReadOnlyList<double> sorted, double at, double alpha)
    {
        var n = sorted.Count;
        var (lo, hi) = (double.NegativeInfinity, double.PositiveInfinity);
        for (var i = 0; i < n && Binomial.CDF(at, n, i) <= alpha; i++)
            lo = sorted[i];
        for (var i = n - 1; i >= 0 && 1 - Binomial.CDF(at, n, i) <= alpha; i--)
            hi = sorted[i];
        return new(new Interval(lo, hi), "order-statistic",
            value => Tail(sorted.Count(x => x < value), n, at), value => Tail(sorted.Count(x => x > value), n, 1 - at));
    }

    /// <summary>Fewest values whose greatest bounds the quantile from above: 299 for the 99th percentile at 5 %.</summary>
    public static long Needed(double at, double alpha) => (long)Math.Ceiling(Math.Log(alpha) / Math.Log(at) - 1e-9);

    /// <summary>Chance of at least so many on one side where the quantile itself stood there.</summary>
    private static double Tail(int count, int n, double share) => count == 0 ? 1 : 1 - Binomial.CDF(share, n, count - 1);
}
