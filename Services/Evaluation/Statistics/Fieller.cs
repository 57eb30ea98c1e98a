using MathNet.Numerics.Distributions;

namespace LlmOps.Evaluation;

/// <summary>Interval for the ratio of two means of the same cases (Fieller 1954).</summary>
public static class Fieller
{
    /// <summary>Each tail holds about <paramref name="alpha"/>; null where the mean below may be zero, so that the ratio has no bounds.</summary>
    public static Interval? Of(IReadOnlyList<double> above, IReadOnlyList<double> below, double alpha)
    {
        var n = above.Count;
        if (n < 2)
            return null;
        var (x, y) = (above.Average(), below.Average());
        var (xx, xy, yy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            xx += (above[i] - x) * (above[i] - x);
            xy += (above[i] - x) * (below[i] - y);
            yy += (below[i] - y) * (below[i] - y);
        }
        var t = StudentT.InvCDF(0, 1, n - 1, 1 - alpha);
        var share = t * t / n / (n - 1.0);
        var (a, b, c) = (y * y - share * yy, x * y - share * xy, x * x - share * xx);
        if (a <= 0)
            return null;
        var root = Math.Sqrt(Math.Max(0, b * b - a * c));
        return new Interval((b - root) / a, (b + root) / a);
    }
}
