namespace LlmOps.Evaluation;

/// <summary>The numbers behind one rule: estimates, and intervals of the difference (relative) or of the distance to the bound (alone).
/// Binary values use exact or score intervals, everything else the bootstrap over cases.</summary>
internal sealed class Estimation
{
    private readonly GateRule rule;
    private readonly IReadOnlyList<(double Candidate, double? Baseline)> values;
    private readonly double alpha;
    private readonly bool binary;

    internal Estimation(GateRule rule, IReadOnlyList<(double Candidate, double? Baseline)> values, double alpha, int seed)
    {
        (this.rule, this.values, this.alpha) = (rule, values, alpha);
        binary = rule.Metric.IsRate && !rule.Percent && values.All(pair => pair.Candidate is 0 or 1 && pair.Baseline is null or 0 or 1);
        Candidate = Summary(values, pair => pair.Candidate);
        Baseline = rule.Relative ? Summary(values, pair => pair.Baseline!.Value) : null;
        Absolute = rule.Relative ? Candidate - Baseline!.Value : Candidate - rule.Bound;
        Delta = rule.Percent ? Change(Candidate, Baseline!.Value) : Absolute;
        (Interval, Method) = Bounds(seed);
        AbsoluteInterval = rule.AndMs > 0 && rule.Method == GateMethod.Interval ? Bootstrapped(seed, (now, then) => now - then) : null;
    }

    internal int Count => values.Count;
    internal double Candidate { get; }
    internal double? Baseline { get; }
    internal double Delta { get; }
    internal double Absolute { get; }
    internal Interval? Interval { get; }
    internal Interval? AbsoluteInterval { get; }
    internal string Method { get; }

    /// <summary>The smallest difference that this many cases prove with the usual power.</summary>
    internal double Detectable => binary && rule.Relative
        ? Power.Detectable(Count, Math.Max(Disagreement, 1.0 / Count), alpha)
        : Power.DetectableOfMeans(Count, Deviation, alpha);

    /// <summary>How many more cases; null where no number of them would do.</summary>
    internal long? CasesNeeded(double margin)
    {
        var room = rule.Relative ? margin : Math.Abs(Delta);
        if (room <= 0 || !double.IsFinite(Delta) || (!binary && !double.IsFinite(Deviation)))
            return null;
        var needed = binary && rule.Relative ? Power.Pairs(room, Math.Max(Disagreement, 1.0 / Count), alpha) : Power.PairsOfMeans(room, Deviation, alpha);
        return needed > Count ? needed - Count : Count; // the true difference lies near the margin: only much more can tell
    }

    private double Disagreement => Paired().Disagreement;

    /// <summary>Standard deviation of one case's contribution, read off the interval: it serves means and percentiles alike.</summary>
    private double Deviation => Interval is { } interval && double.IsFinite(interval.Hi - interval.Lo)
        ? (interval.Hi - interval.Lo) / 2 / MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, 1 - alpha) * Math.Sqrt(Count)
        : double.PositiveInfinity;

    private (Interval?, string) Bounds(int seed)
    {
        if (rule.Method == GateMethod.Point)
            return (null, "point");
        if (!double.IsFinite(Delta))
            return (null, "none");
        if (binary && rule.Relative)
            return Paired().Bounds(alpha);
        if (binary)
        {
            var exact = Proportion.ClopperPearson(values.Count(pair => pair.Candidate == 1), Count, alpha);
            return (new Interval(exact.Lo - rule.Bound, exact.Hi - rule.Bound), "clopper-pearson");
        }
        return (Bootstrapped(seed, rule.Percent ? Change : (now, then) => now - then), "bootstrap-bca");
    }

    private Interval? Bootstrapped(int seed, Func<double, double, double> difference)
    {
        if (Count < 2)
            return null; // one case says nothing about the next
        var interval = Bootstrap.Of(Count, drawn =>
        {
            var sample = Array.ConvertAll(drawn, i => values[i]);
            return difference(Summary(sample, pair => pair.Candidate), rule.Relative ? Summary(sample, pair => pair.Baseline!.Value) : rule.Bound);
        }, alpha, seed);
        return double.IsFinite(interval.Lo) || double.IsFinite(interval.Hi) ? interval : null;
    }

    private double Summary(IReadOnlyList<(double Candidate, double? Baseline)> sample, Func<(double Candidate, double? Baseline), double> side)
    {
        if (rule.Metric.Percentile == 0)
            return sample.Average(side);
        var sorted = sample.Select(side).ToArray();
        Array.Sort(sorted);
        return Percentile.Of(sorted, rule.Metric.Percentile);
    }

    private PairedRate Paired() => new(
        values.Count(pair => pair.Candidate > pair.Baseline), values.Count(pair => pair.Candidate < pair.Baseline), Count);

    private static double Change(double now, double then) => then != 0 ? (now - then) / then * 100 : now == 0 ? 0 : double.NaN;
}
