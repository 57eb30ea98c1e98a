using MathNet.Numerics.Distributions;

namespace LlmOps.Evaluation;

/// <summary>Intervals for one rate from counts.</summary>
public static class Proportion
{
    /// <summary>Exact interval (Clopper and Pearson 1934): each tail holds at most <paramref name="alpha"/>.</summary>
    public static Interval ClopperPearson(long successes, long n, double alpha)
    {
        if (n <= 0)
            return new Interval(0, 1);
        var lo = successes == 0 ? 0 : Beta.InvCDF(successes, n - successes + 1, alpha);
        var hi = successes == n ? 1 : Beta.InvCDF(successes + 1, n - successes, 1 - alpha);
        return new Interval(lo, hi);
    }

    /// <summary>Score interval (Wilson 1927); each tail holds about <paramref name="alpha"/>.</summary>
    public static Interval Wilson(long successes, long n, double alpha)
    {
        if (n <= 0)
            return new Interval(0, 1);
        var z = Normal.InvCDF(0, 1, 1 - alpha);
        var p = successes / (double)n;
        var middle = (p + z * z / (2 * n)) / (1 + z * z / n);
        var half = z / (1 + z * z / n) * Math.Sqrt(p * (1 - p) / n + z * z / (4.0 * n * n));
        return new Interval(Math.Max(0, middle - half), Math.Min(1, middle + half));
    }

    /// <summary>Whether a published percentage can be a count of n cases at all: 90.2 % of 150 cannot.</summary>
    /// <param name="percent">0 to 100, as printed.</param>
    /// <param name="decimals">Decimals it was printed with.</param>
    public static bool IsPossible(decimal percent, long n, int decimals)
    {
        var half = 0.5m;
        for (var i = 0; i < decimals; i++)
            half /= 10;
        return decimal.Floor((percent + half) * n / 100) >= decimal.Ceiling((percent - half) * n / 100);
    }

    /// <summary>Whether an unrounded rate can be a count of n cases.</summary>
    /// <param name="rate">0 to 1.</param>
    public static bool IsPossible(double rate, long n) => Math.Abs(rate * n - Math.Round(rate * n)) <= 1e-9 * Math.Max(1, n);
}
