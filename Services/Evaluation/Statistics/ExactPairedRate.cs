using MathNet.Numerics;

namespace LlmOps.Evaluation;

/// <summary>Exact test and interval for a paired difference: every outcome at least as extreme by the score statistic (Tango 1998) is summed under the multinomial, at the least
/// favourable rate of losses. That rate is sought only where the losses seen make it credible, which costs a fixed sliver of alpha (Berger and Boos 1994).</summary>
internal static class ExactPairedRate
{
    private const double Sliver = 1e-5;
    private const int Grid = 24;
    private const double Precision = 1e-5;
    private const double Negligible = 1e-10;

    internal static Interval Of(PairedRate seen, double alpha) =>
        new(Lower(seen, alpha), -Lower(seen.Mirrored, alpha));

    /// <summary>p-value that the true difference is at most <paramref name="assumed"/>: small where it is above.</summary>
    internal static double Above(PairedRate seen, double assumed) => Math.Min(1, Chance(seen, assumed, Credible(seen)) + Sliver);

    /// <summary>The largest difference that the data still rule out from below, sought around the score interval's bound.</summary>
    private static double Lower(PairedRate seen, double alpha)
    {
        var (credible, step) = (Credible(seen), 1.0 / seen.Pairs);
        var near = seen.Tango(alpha).Lo;
        var (lo, hi) = (Math.Max(-1, near - step), Math.Min(seen.Difference, near + step));
        while (lo > -1 && !RuledOut(lo))
            (lo, hi) = (Math.Max(-1, lo - step), lo);
        while (hi < seen.Difference && RuledOut(hi))
            (lo, hi) = (hi, Math.Min(seen.Difference, hi + step));
        while (hi - lo > Precision)
        {
            var middle = (lo + hi) / 2;
            if (RuledOut(middle))
                lo = middle;
            else
                hi = middle;
        }
        return lo;

        bool RuledOut(double assumed) => Chance(seen, assumed, credible) + Sliver <= alpha;
    }

    /// <summary>The greatest chance, over the rates of losses, of a result at least this good if the true difference were <paramref name="assumed"/>.</summary>
    private static double Chance(PairedRate seen, double assumed, Interval credible)
    {
        var n = seen.Pairs;
        var (from, to) = (Math.Max(credible.Lo, Math.Max(0, -assumed)), Math.Min(credible.Hi, (1 - assumed) / 2));
        if (from > to)
            return 0; // no credible rate of losses goes with this difference
        var least = Least(n, assumed, seen.Score(assumed));
        var most = 0.0;
        for (var i = 0; i <= Grid; i++)
        {
            var losses = from + (to - from) * i / Grid;
            most = Math.Max(most, Tail(n, least, Math.Clamp(losses + assumed, 0, 1), losses));
        }
        return most;
    }

    private static Interval Credible(PairedRate seen) => Proportion.ClopperPearson(seen.Lost, seen.Pairs, Sliver / 2);

    /// <summary>Chance of an outcome with at least <paramref name="least"/> gains for its losses.</summary>
    private static double Tail(int n, int[] least, double gains, double losses)
    {
        var given = losses >= 1 ? 0 : Math.Min(1, gains / (1 - losses)); // of a gain where there is no loss
        var usual = Math.Min(n, (int)((n + 1) * losses));
        var chance = 0.0;
        for (var lost = usual; lost <= n && Add(lost); lost++)
            continue;
        for (var lost = usual - 1; lost >= 0 && Add(lost); lost--)
            continue;
        return chance;

        bool Add(int lost)
        {
            var weight = Mass(n, lost, losses);
            if (least[lost] <= n - lost)
                chance += weight * AtLeast(n - lost, least[lost], given);
            return weight > Negligible;
        }
    }

    /// <summary>P(X ≥ k) of a binomial, summed outward from its greatest term above k.</summary>
    private static double AtLeast(int n, int k, double p)
    {
        if (k <= 0 || p >= 1)
            return k <= n ? 1 : 0;
        if (p <= 0)
            return 0;
        var start = Math.Max(k, Math.Min(n, (int)((n + 1) * p)));
        var (top, odds) = (Mass(n, start, p), p / (1 - p));
        var sum = top;
        var term = top;
        for (var i = start; i < n && term > Negligible * sum; i++)
            sum += term *= (n - i) * odds / (i + 1);
        term = top;
        for (var i = start; i > k && term > Negligible * sum; i--)
            sum += term *= i / ((n - i + 1) * odds);
        return Math.Min(1, sum);
    }

    private static double Mass(int n, int k, double p) => p switch
    {
        <= 0 => k == 0 ? 1 : 0,
        >= 1 => k == n ? 1 : 0,
        _ => Math.Exp(SpecialFunctions.FactorialLn(n) - SpecialFunctions.FactorialLn(k) - SpecialFunctions.FactorialLn(n - k) + k * Math.Log(p) + (n - k) * Math.Log(1 - p)),
    };

    /// <summary>By losses, the fewest gains that are at least as extreme, n − lost + 1 where none are. The statistic rises with gains and falls with losses, so one walk finds all.</summary>
    private static int[] Least(int n, double assumed, double threshold)
    {
        var least = new int[n + 1];
        var gained = 0;
        for (var lost = 0; lost <= n; lost++)
        {
            while (gained <= n - lost && PairedRate.Score(gained, lost, n, assumed) < threshold - 1e-9)
                gained++;
            least[lost] = gained;
        }
        return least;
    }
}
