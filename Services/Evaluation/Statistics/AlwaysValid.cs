using MathNet.Numerics;

namespace LlmOps.Evaluation;

/// <summary>What one arm has shown so far.</summary>
/// <param name="N">Requests counted.</param>
/// <param name="Sum">Of their values, each between 0 and 1: for a rate, the number of hits.</param>
public sealed record ArmCount(long N, double Sum)
{
    public double? Mean => N == 0 ? null : Sum / N;
}

/// <summary>Intervals that may be looked at after every request: the chance that one of them ever misses the truth is at most alpha.
/// The beta-binomial mixture of likelihood ratios is a non-negative martingale (Robbins 1970), which exceeds 1/alpha with probability at most alpha
/// (Ville 1939). By convexity it stays a supermartingale for any values between 0 and 1 (sub-Bernoulli; Howard, Ramdas, McAuliffe and Sekhon 2021),
/// so rates and scores share it. It needs no order, only the sum.</summary>
public static class AlwaysValid
{
    private const double Prior = 0.5;

    /// <summary>Where the mean lies, with both tails together at most <paramref name="alpha"/>.</summary>
    public static Interval Mean(ArmCount arm, double alpha)
    {
        if (arm.N == 0)
            return new Interval(0, 1);
        var mean = Math.Clamp(arm.Sum / arm.N, 0, 1);
        var mixed = SpecialFunctions.GammaLn(arm.Sum + Prior) + SpecialFunctions.GammaLn(arm.N - arm.Sum + Prior)
            - SpecialFunctions.GammaLn(arm.N + 2 * Prior) - 2 * SpecialFunctions.GammaLn(Prior) + SpecialFunctions.GammaLn(2 * Prior);
        return new Interval(Edge(0, mean), Edge(1, mean));

        // Between an end, which is excluded unless the data sit on it, and the mean, which never is.
        double Edge(double outside, double inside)
        {
            if (!Excluded(outside))
                return outside;
            for (var i = 0; i < 50; i++)
            {
                var middle = (outside + inside) / 2;
                if (Excluded(middle))
                    outside = middle;
                else
                    inside = middle;
            }
            return outside; // the wider side of the last step
        }

        bool Excluded(double p) => mixed - XLogY(arm.Sum, p) - XLogY(arm.N - arm.Sum, 1 - p) >= -Math.Log(alpha);
    }

    /// <summary>Where candidate − stable lies: each arm takes half of alpha (union bound).</summary>
    public static Interval Difference(ArmCount stable, ArmCount candidate, double alpha)
    {
        var (was, @is) = (Mean(stable, alpha / 2), Mean(candidate, alpha / 2));
        return new Interval(@is.Lo - was.Hi, @is.Hi - was.Lo);
    }

    private static double XLogY(double x, double y) => x <= 0 ? 0 : y <= 0 ? double.NegativeInfinity : x * Math.Log(y);
}
