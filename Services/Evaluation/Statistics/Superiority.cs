using MathNet.Numerics.Distributions;

namespace LlmOps.Evaluation;

/// <summary>One-sided p-values of "the candidate is no better", from paired differences. They show that something improved; that nothing got worse is the margin's business.</summary>
public static class Superiority
{
    public const int Flips = 2000;

    private const int ExactUpTo = 16; // 65,536 ways to sign the differences

    /// <summary>Exact sign test; pairs without a difference say nothing.</summary>
    public static double Sign(int better, int worse) => better + worse == 0 ? 1 : 1 - Binomial.CDF(0.5, better + worse, better - 1);

    /// <summary>Permutation test of the mean: how often signs thrown by a coin give at least this sum. All ways up to 16 differences, else drawn ones (Phipson and Smyth 2010).</summary>
    /// <param name="differences">Candidate − baseline in the good direction.</param>
    public static double Permutation(IReadOnlyList<double> differences, int seed)
    {
        var sizes = differences.Where(difference => difference != 0).Select(Math.Abs).ToArray();
        if (sizes.Length == 0)
            return 1;
        var seen = differences.Sum();
        var slack = 1e-12 * sizes.Sum(); // equal sums must stay equal in binary fractions
        return sizes.Length <= ExactUpTo ? Exact(sizes, seen - slack) : Drawn(sizes, seen - slack, seed);
    }

    private static double Exact(double[] sizes, double least)
    {
        var ways = 1 << sizes.Length;
        var found = 0;
        for (var signs = 0; signs < ways; signs++)
        {
            var sum = 0.0;
            for (var i = 0; i < sizes.Length; i++)
                sum += (signs >> i & 1) == 0 ? sizes[i] : -sizes[i];
            found += sum >= least ? 1 : 0;
        }
        return found / (double)ways;
    }

    private static double Drawn(double[] sizes, double least, int seed)
    {
        var random = new Draw(seed);
        var found = 1; // the signs that were seen
        for (var flip = 0; flip < Flips; flip++)
        {
            var (sum, signs) = (0.0, 0UL);
            for (var i = 0; i < sizes.Length; i++)
            {
                if (i % 64 == 0)
                    signs = random.Next();
                sum += (signs & 1) == 0 ? sizes[i] : -sizes[i];
                signs >>= 1;
            }
            found += sum >= least ? 1 : 0;
        }
        return found / (Flips + 1.0);
    }
}
