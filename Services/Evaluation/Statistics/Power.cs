using MathNet.Numerics.Distributions;

namespace LlmOps.Evaluation;

/// <summary>How many paired cases a question needs, and what a number of cases can see. One-sided alpha.</summary>
public static class Power
{
    public const double Usual = 0.8;

    /// <summary>Pairs that prove "not worse by <paramref name="margin"/>" when both are equally good (normal approximation).</summary>
    /// <param name="margin">As a rate, above 0.</param>
    /// <param name="disagreement">Share of pairs whose results differ, 0 to 1.</param>
    public static long Pairs(double margin, double disagreement, double alpha = 0.05, double power = Usual)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(margin);
        return Math.Max(1, (long)Math.Ceiling(Z2(alpha, power) * disagreement / (margin * margin) - 1e-9));
    }

    /// <summary>The smallest margin that <paramref name="pairs"/> can prove, as a rate.</summary>
    public static double Detectable(long pairs, double disagreement, double alpha = 0.05, double power = Usual) =>
        pairs <= 0 ? 1 : Math.Min(1, Math.Sqrt(Z2(alpha, power) * disagreement / pairs));

    /// <summary>Pairs for a difference of means whose pair-wise standard deviation is known; margin in the same unit.</summary>
    public static long PairsOfMeans(double margin, double deviation, double alpha = 0.05, double power = Usual)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(margin);
        return Math.Max(1, (long)Math.Ceiling(Z2(alpha, power) * deviation * deviation / (margin * margin) - 1e-9));
    }

    public static double DetectableOfMeans(long pairs, double deviation, double alpha = 0.05, double power = Usual) =>
        pairs <= 0 ? double.PositiveInfinity : deviation * Math.Sqrt(Z2(alpha, power) / pairs);

    /// <summary>Chance that the exact one-sided McNemar test finds a real drop.</summary>
    /// <param name="drop">True drop as a rate.</param>
    public static double OfMcNemar(int pairs, double drop, double disagreement, double alpha = 0.05)
    {
        var loses = (disagreement + drop) / 2 / disagreement;
        var found = 0.0;
        for (var discordant = 1; discordant <= pairs; discordant++)
        {
            var weight = Binomial.PMF(disagreement, pairs, discordant);
            if (weight > 1e-14 && Critical(discordant, alpha) is { } losses)
                found += weight * (1 - Binomial.CDF(loses, discordant, losses - 1));
        }
        return found;
    }

    /// <summary>Fewest losses among the discordant pairs that the test calls a drop; null where not even all of them are enough.</summary>
    private static int? Critical(int discordant, double alpha)
    {
        var tail = 0.0;
        int? critical = null;
        for (var losses = discordant; losses >= 0; losses--)
        {
            tail += Binomial.PMF(0.5, discordant, losses);
            if (tail > alpha)
                break;
            critical = losses;
        }
        return critical;
    }

    private static double Z2(double alpha, double power)
    {
        var z = Normal.InvCDF(0, 1, 1 - alpha) + Normal.InvCDF(0, 1, power);
        return z * z;
    }
}
