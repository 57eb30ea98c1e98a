using MathNet.Numerics.Distributions;

namespace LlmOps.Evaluation;

/// <summary>What one statistic does when rows change sides at random.</summary>
/// <param name="P">Share of rearrangements that reach the observed value.</param>
/// <param name="Mean">Of the statistic: what chance alone gives.</param>
internal sealed record Permuted(double P, double Mean);

/// <summary>Permutation tests (Fisher 1935), the same for the same seed. A hopeless test ends early (Besag and Clifford 1991);
/// where no rearrangement reaches the observed value a gamma tail with the moments of all of them says how far out it lies (Mielke and Berry 1976).</summary>
internal static class Permutations
{
    private const int Most = 999;
    private const int Least = 99;
    private const int Enough = 30; // rearrangements beyond the observed value after which more of them change nothing

    /// <param name="observed">One value per statistic; all of them are larger for more drift.</param>
    /// <param name="draw">Writes the statistics of one rearrangement.</param>
    internal static Permuted[] Of(double[] observed, Action<Random, double[]> draw, int seed)
    {
        var random = new Random(seed);
        var (beyond, sums, squares) = (new int[observed.Length], new double[observed.Length], new double[observed.Length]);
        var values = new double[observed.Length];
        var draws = 0;
        while (draws < Most && (draws < Least || beyond.Min() < Enough))
        {
            draw(random, values);
            draws++;
            for (var i = 0; i < values.Length; i++)
            {
                sums[i] += values[i];
                squares[i] += values[i] * values[i];
                if (values[i] >= observed[i] - 1e-12 * Math.Abs(observed[i]))
                    beyond[i]++;
            }
        }
        return [.. observed.Select((value, i) => Judged(value, beyond[i], draws, sums[i] / draws, squares[i] / draws))];
    }

    private static Permuted Judged(double observed, int beyond, int draws, double mean, double square)
    {
        var p = (1.0 + beyond) / (1 + draws);
        var variance = square - mean * mean;
        if (beyond == 0 && mean > 0 && variance > 1e-12 * square)
            p = Math.Min(p, 1 - Gamma.CDF(mean * mean / variance, mean / variance, observed));
        return new Permuted(Math.Max(0, p), mean);
    }
}
