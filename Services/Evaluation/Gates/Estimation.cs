using MathNet.Numerics.Distributions;

namespace LlmOps.Evaluation;

/// <summary>The numbers behind one rule: estimates, and bounds of the difference (relative) or of the distance to the limit (alone).
/// Binary values use exact or score intervals, quantiles of one side order statistics, everything else the bootstrap over cases or their clusters.</summary>
internal sealed class Estimation
{
    private const int FewDiffer = 10;
    private const double TailCases = 5; // a relative quantile needs this many cases beyond it to be more than its slowest one

    private readonly GateRule rule;
    private readonly PairedCases cases;
    private readonly double alpha;
    private readonly bool binary;

    internal Estimation(GateRule rule, PairedCases cases, double alpha, int seed)
    {
        (this.rule, this.cases, this.alpha) = (rule, cases, alpha);
        binary = rule.Metric.IsRate && !rule.Percent && cases.Clusters is null && Array.TrueForAll(cases.Candidate, IsBinary) && Array.TrueForAll(cases.Baseline ?? [], IsBinary);
        Candidate = Summary(cases.Candidate);
        Baseline = rule.Relative ? Summary(cases.Baseline!) : null;
        Absolute = rule.Relative ? Candidate - Baseline!.Value : Candidate - rule.Bound;
        Delta = rule.Percent ? Change(Candidate, Baseline!.Value) : Absolute;
        Bounds = BoundsOf(seed);
        AbsoluteBounds = rule.AndMs > 0 && rule.Method == GateMethod.Interval && !TooFew ? Finite(Quantiles(seed, (now, then) => now - then)) : null;

        static bool IsBinary(double value) => value is 0 or 1;
    }

    internal int Count => cases.Count;
    internal double Candidate { get; }
    internal double? Baseline { get; }
    internal double Delta { get; }
    internal double Absolute { get; }

    /// <summary>Null where the numbers bound nothing.</summary>
    internal Bounds? Bounds { get; }
    internal Bounds? AbsoluteBounds { get; }
    internal string Method => rule.Method == GateMethod.Point ? "point" : Bounds?.Method ?? "none";

    /// <summary>Why a tail percentile of so few cases says nothing; null where it does.</summary>
    internal string? TooFewForTail
    {
        get
        {
            var at = rule.Metric.Percentile;
            if (at == 0 || rule.Method == GateMethod.Point)
                return null;
            if (rule.Relative)
                return TooFew ? FormattableString.Invariant($"The {at * 100:0.#}th percentile of {Count:N0} cases is little more than the slowest of them; comparing it takes {NeededForTail:N0}.") : null;
            return Count < NeededForTail ? FormattableString.Invariant($"The {at * 100:0.#}th percentile of {Count:N0} cases cannot be bounded; that takes {NeededForTail:N0}.") : null;
        }
    }

    /// <summary>p-value of "the candidate is no better"; null where the question has no baseline.</summary>
    internal double? Better(int seed)
    {
        if (!rule.Relative || cases.Clusters is not null || Count == 0)
            return null;
        var differences = cases.Candidate.Zip(cases.Baseline!, (now, then) => rule.Metric.HigherIsBetter ? now - then : then - now).ToArray();
        return binary || !rule.Metric.IsRate
            ? Superiority.Sign(differences.Count(difference => difference > 0), differences.Count(difference => difference < 0))
            : Superiority.Permutation(differences, seed);
    }

    /// <summary>The smallest difference that this many cases prove with the usual power.</summary>
    internal double Detectable => binary && rule.Relative
        ? Power.Detectable(Count, Math.Max(Disagreement, 1.0 / Count), alpha)
        : Power.DetectableOfMeans(Count, Deviation, alpha);

    /// <summary>How many more cases; null where no number of them would do.</summary>
    internal long? CasesNeeded(double margin)
    {
        if (TooFewForTail is not null)
            return NeededForTail - Count;
        var room = rule.Relative ? margin : Math.Abs(Delta);
        if (room <= 0 || !double.IsFinite(Delta) || (!binary && !double.IsFinite(Deviation)))
            return null;
        var needed = binary && rule.Relative ? Power.Pairs(room, Math.Max(Disagreement, 1.0 / Count), alpha) : Power.PairsOfMeans(room, Deviation, alpha);
        return needed > Count ? needed - Count : Count; // the true difference lies near the margin: only much more can tell
    }

    private double Disagreement => Signs().Disagreement;

    private bool TooFew => rule.Metric.Percentile > 0 && rule.Relative && Count < NeededForTail;

    private long NeededForTail
    {
        get
        {
            var at = rule.Metric.Percentile;
            return rule.Relative ? (long)Math.Ceiling(TailCases / Math.Min(at, 1 - at) - 1e-9) : Quantile.Needed(rule.Up ? at : 1 - at, alpha);
        }
    }

    /// <summary>Standard deviation of one case's contribution, read off the interval: it serves means and percentiles alike.</summary>
    private double Deviation => Bounds?.Interval is { } interval && double.IsFinite(interval.Hi - interval.Lo)
        ? (interval.Hi - interval.Lo) / 2 / Normal.InvCDF(0, 1, 1 - alpha) * Math.Sqrt(Count)
        : double.PositiveInfinity;

    private Bounds? BoundsOf(int seed)
    {
        if (rule.Method == GateMethod.Point || !double.IsFinite(Delta) || TooFew)
            return null;
        if (binary)
            return rule.Relative ? Evaluation.Bounds.Of(Signs(), alpha) : Evaluation.Bounds.OfRate(cases.Candidate.Count(value => value == 1), Count, alpha).From(rule.Bound);
        if (rule.Metric.Percentile > 0)
            return rule.Relative ? Finite(Quantiles(seed, rule.Percent ? Change : (now, then) => now - then)) : OneQuantile();
        return Finite(Means(seed));
    }

    private Bounds? Quantiles(int seed, Func<double, double, double> combine) =>
        Bootstrap.OfQuantiles(cases.Candidate, cases.Baseline!, rule.Metric.Percentile, combine, seed, cases.Clusters).Bounds(alpha, "bootstrap");

    private Bounds OneQuantile()
    {
        var sorted = (double[])cases.Candidate.Clone();
        Array.Sort(sorted);
        return Quantile.Of(sorted, rule.Metric.Percentile, alpha).From(rule.Bound);
    }

    /// <summary>The bootstrap over clusters. Where hardly any of them differ it knows only what it saw, so that a rate is then also bounded as if each difference were a whole one.</summary>
    private Bounds? Means(int seed)
    {
        if (cases.Units < 2)
            return null; // one case says nothing about the next
        var above = cases.PerUnit(i => cases.Candidate[i] - Against(i));
        var below = cases.PerUnit(i => rule.Percent ? Against(i) : 1);
        if (rule.Percent)
            above = Array.ConvertAll(above, change => change * 100);
        var drawn = Bootstrap.OfRatio(above, below, seed).Bounds(alpha, "bootstrap-bca");
        if (!rule.Metric.IsRate || rule.Percent)
            return drawn;
        if (rule.Relative && above.Count(difference => difference != 0) < FewDiffer)
            return Evaluation.Bounds.Of(new PairedRate(above.Count(difference => difference > 0), above.Count(difference => difference < 0), cases.Units), alpha).Or(drawn);
        return drawn.Interval.Lo == drawn.Interval.Hi ? Evaluation.Bounds.OfEqual(Candidate, cases.Units, alpha).From(rule.Bound).Or(drawn) : drawn;

        double Against(int i) => rule.Relative ? cases.Baseline![i] : rule.Bound;
    }

    private static Bounds? Finite(Bounds? bounds) => bounds is not null && (double.IsFinite(bounds.Interval.Lo) || double.IsFinite(bounds.Interval.Hi)) ? bounds : null;

    private double Summary(double[] side)
    {
        if (rule.Metric.Percentile == 0)
            return side.Average();
        var sorted = (double[])side.Clone();
        Array.Sort(sorted);
        return Percentile.Of(sorted, rule.Metric.Percentile);
    }

    private PairedRate Signs()
    {
        var (gained, lost) = (0, 0);
        for (var i = 0; i < Count; i++)
        {
            gained += cases.Candidate[i] > cases.Baseline![i] ? 1 : 0;
            lost += cases.Candidate[i] < cases.Baseline![i] ? 1 : 0;
        }
        return new PairedRate(gained, lost, Count);
    }

    private static double Change(double now, double then) => then != 0 ? (now - then) / then * 100 : now == 0 ? 0 : double.NaN;
}
