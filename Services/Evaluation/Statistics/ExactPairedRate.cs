using MathNet.Numerics.Distributions;

namespace LlmOps.Evaluation;

/// <summary>Exact interval for a paired difference: every outcome at least as extreme by the score statistic (Tango 1998) is summed under the multinomial, at the least
/// favourable rate of losses. That rate is sought only where the losses seen make it credible, which costs a fixed sliver of alpha (Berger and Boos 1994).</summary>
internal static class ExactPairedRate
{
    private const double Sliver = 0.0005;
    private const int Grid = 20;
    private const int Halvings = 18; // to 8e-6 of a rate
    private const double Negligible = 1e-9;

    internal static Interval Of(PairedRate seen, double alpha) =>
        new(Lower(seen, alpha), -Lower(new PairedRate(seen.Lost, seen.Gained, seen.Pairs), alpha));

    /// <summary>The largest difference that the data still rule out from below.</summary>
    private static double Lower(PairedRate seen, double alpha)
    {
        var (lo, hi) = (-1.0, seen.Difference);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (lo + hi) / 2;
            if (Chance(seen, middle) + Sliver <= alpha)
                lo = middle;
            else
                hi = middle;
        }
        return lo;
    }

    /// <summary>The greatest chance, over the rates of losses, of a result at least this good if the true difference were <paramref name="assumed"/>.</summary>
    private static double Chance(PairedRate seen, double assumed)
    {
        var n = seen.Pairs;
        var threshold = seen.Score(assumed);
        var least = new int[n + 1]; // fewest gains, by losses, that are at least as extreme
        for (var lost = 0; lost <= n; lost++)
            least[lost] = Least(n, lost, assumed, threshold);

        var credible = Proportion.ClopperPearson(seen.Lost, n, Sliver / 2);
        var (from, to) = (Math.Max(credible.Lo, Math.Max(0, -assumed)), Math.Min(credible.Hi, (1 - assumed) / 2));
        if (from > to)
            return 0; // no credible rate of losses goes with this difference
        var most = 0.0;
        for (var i = 0; i <= Grid; i++)
        {
            var losses = from + (to - from) * i / Grid;
            var gains = losses >= 1 ? 0 : Math.Clamp((losses + assumed) / (1 - losses), 0, 1);
            var chance = 0.0;
            for (var lost = 0; lost <= n; lost++)
            {
                var weight = Binomial.PMF(losses, n, lost);
                if (weight > Negligible && least[lost] <= n - lost)
                    chance += weight * (least[lost] == 0 ? 1 : 1 - Binomial.CDF(gains, n - lost, least[lost] - 1));
            }
            most = Math.Max(most, chance);
        }
        return most;
    }

    /// <summary>The statistic rises with the gains, so the first one is found by halving; n − lost + 1 where none is enough.</summary>
    private static int Least(int n, int lost, double assumed, double threshold)
    {
        var (lo, hi) = (0, n - lost + 1);
        while (lo < hi)
        {
            var middle = (lo + hi) / 2;
            if (new PairedRate(middle, lost, n).Score(assumed) >= threshold - 1e-9)
                hi = middle;
            else
                lo = middle + 1;
        }
        return lo;
    }
}
