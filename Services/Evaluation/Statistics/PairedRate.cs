using MathNet.Numerics.Distributions;

namespace LlmOps.Evaluation;

/// <summary>Two binary results per case, counted: candidate − baseline is (gained − lost) / pairs.</summary>
/// <param name="Gained">Pairs that only the candidate passes.</param>
/// <param name="Lost">Pairs that only the baseline passes.</param>
public sealed record PairedRate(int Gained, int Lost, int Pairs)
{
    public double Difference => Pairs == 0 ? 0 : (Gained - Lost) / (double)Pairs;

    public double Disagreement => Pairs == 0 ? 0 : (Gained + Lost) / (double)Pairs;

    /// <summary>Below this many pairs the exact interval is used: the score interval's coverage is only approximate there.</summary>
    public const int ExactBelow = 200;

    /// <summary>The exact interval for few pairs, the score interval for many; each tail holds at most (about) <paramref name="alpha"/>.</summary>
    public (Interval Interval, string Method) Bounds(double alpha) =>
        Pairs is > 0 and < ExactBelow ? (ExactPairedRate.Of(this, alpha), "exact") : (Tango(alpha), "tango");

    /// <summary>Score interval for the difference (Tango 1998); each tail holds about <paramref name="alpha"/>.</summary>
    public Interval Tango(double alpha)
    {
        if (Pairs == 0)
            return new Interval(-1, 1);
        var z = Normal.InvCDF(0, 1, 1 - alpha);
        // The statistic falls as the assumed difference rises; the bounds are where it crosses z and -z.
        return new Interval(
            Bisect(-1, Difference, assumed => Score(assumed) > z),
            Bisect(Difference, 1, assumed => Score(assumed) > -z));
    }

    /// <summary>p-value of "the true difference is at most <paramref name="bound"/>": small where the candidate is better than that. With −margin, the test of non-inferiority.</summary>
    public double Above(double bound) => Pairs switch
    {
        0 => 1,
        < ExactBelow => ExactPairedRate.Above(this, bound),
        _ => 1 - Normal.CDF(0, 1, Score(bound)),
    };

    /// <summary>p-value of "the true difference is at least <paramref name="bound"/>": small where the candidate is worse than that.</summary>
    public double Below(double bound) => Mirrored.Above(-bound);

    /// <summary>Exact one-sided p-value that the candidate is no better (McNemar): the sign test of the discordant pairs.</summary>
    public double McNemar() => Superiority.Sign(Gained, Lost);

    /// <summary>Baseline and candidate exchanged.</summary>
    internal PairedRate Mirrored => new(Lost, Gained, Pairs);

    /// <summary>Tango's statistic at an assumed difference: standard normal when it is the true one.</summary>
    internal double Score(double assumed) => Score(Gained, Lost, Pairs, assumed);

    internal static double Score(double gained, double lost, double n, double assumed)
    {
        var b = -gained - lost + (2 * n - gained + lost) * assumed;
        var c = -lost * assumed * (1 - assumed);
        var lossRate = (Math.Sqrt(Math.Max(0, b * b - 8 * n * c)) - b) / (4 * n); // most likely rate of losses under the assumption
        var variance = n * (2 * lossRate + assumed * (1 - assumed));
        var distance = gained - lost - n * assumed;
        return variance > 1e-12 ? distance / Math.Sqrt(variance) : distance switch { > 1e-9 => double.PositiveInfinity, < -1e-9 => double.NegativeInfinity, _ => 0 };
    }

    private static double Bisect(double lo, double hi, Func<double, bool> left)
    {
        for (var i = 0; i < 60; i++)
        {
            var middle = (lo + hi) / 2;
            if (left(middle))
                lo = middle;
            else
                hi = middle;
        }
        return (lo + hi) / 2;
    }
}
