using MathNet.Numerics.Distributions;

namespace LlmOps.Evaluation;

/// <summary>Whether two numbers still go together as they did: Spearman's rank correlation on both sides, compared by Fisher's z
/// with the variance of Fieller, Hartley and Pearson (1957).</summary>
public static class Correlation
{
    public const string Method = "correlation";

    private const double FiellerVariance = 1.06;
    private const double Most = 0.999999; // where Fisher's z is still finite

    /// <summary>Half the difference of the correlations, so that 1 is the largest. Null where one side has too few pairs, or a constant.</summary>
    public static DriftTest? Between(IReadOnlyList<(double X, double Y)> reference, IReadOnlyList<(double X, double Y)> current)
    {
        if (Math.Min(reference.Count, current.Count) < DriftTest.MinSamples || Spearman(reference) is not { } before || Spearman(current) is not { } now)
            return null;
        var error = Math.Sqrt(FiellerVariance * (1.0 / (reference.Count - 3) + 1.0 / (current.Count - 3)));
        var z = (Fisher(now) - Fisher(before)) / error;
        var gap = Math.Abs(now - before) / 2;
        var chance = error * (1 - Math.Max(before * before, now * now)) * Math.Sqrt(2 / Math.PI) / 2;
        return DriftTest.Of(Method, gap, gap - chance, 2 * Normal.CDF(0, 1, -Math.Abs(z)), reference.Count, current.Count);
    }

    /// <summary>−1 to 1; ties share their mean rank. Null for a constant.</summary>
    internal static double? Spearman(IReadOnlyList<(double X, double Y)> pairs)
    {
        var (x, y) = (Ranks([.. pairs.Select(pair => pair.X)]), Ranks([.. pairs.Select(pair => pair.Y)]));
        var middle = (pairs.Count - 1) / 2.0;
        var (xy, xx, yy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            xy += (x[i] - middle) * (y[i] - middle);
            xx += (x[i] - middle) * (x[i] - middle);
            yy += (y[i] - middle) * (y[i] - middle);
        }
        return xx > 0 && yy > 0 ? xy / Math.Sqrt(xx * yy) : null;
    }

    private static double[] Ranks(double[] values)
    {
        var order = Enumerable.Range(0, values.Length).ToArray();
        Array.Sort((double[])values.Clone(), order);
        var ranks = new double[values.Length];
        for (var from = 0; from < order.Length;)
        {
            var to = from + 1;
            while (to < order.Length && values[order[to]] == values[order[from]])
                to++;
            for (var i = from; i < to; i++)
                ranks[order[i]] = (from + to - 1) / 2.0;
            from = to;
        }
        return ranks;
    }

    private static double Fisher(double correlation) => Math.Atanh(Math.Clamp(correlation, -Most, Most));
}
