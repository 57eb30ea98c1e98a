using System.Globalization;

namespace LlmOps.Evaluation;

/// <summary>One bound of a gate, with everything that decides it.</summary>
/// <param name="Up">True where the metric must not rise beyond the bound, false where it must not fall below.</param>
/// <param name="Relative">Against the baseline; else the candidate alone.</param>
/// <param name="Percent">The bound is percent of the baseline.</param>
internal sealed record GateRule(Metric Metric, double Bound, bool Up, bool Relative, bool Percent, double AndMs, GateMethod Method)
{
    internal static IEnumerable<GateRule> Of(PolicyGate gate)
    {
        var metric = Metric.Of(gate.Metric);
        if (gate.Min is { } min)
            yield return new(metric, min, Up: false, Relative: false, Percent: false, 0, gate.Method);
        if (gate.Max is { } max)
            yield return new(metric, max, Up: true, Relative: false, Percent: false, 0, gate.Method);
        if (gate.MaxDrop is { } drop)
            yield return new(metric, drop, Up: false, Relative: true, Percent: false, 0, gate.Method);
        if (gate.MaxIncrease is { } increase)
            yield return new(metric, increase, Up: true, Relative: true, Percent: false, 0, gate.Method);
        if (gate.MaxIncreasePct is { } percent)
            yield return new(metric, percent, Up: true, Relative: true, Percent: true, gate.AndMs ?? 0, gate.Method);
    }

    private string Unit => Percent ? "%" : Metric.Unit;

    /// <summary>From the metric's number to the unit that people read.</summary>
    private double Scale => Percent ? 1 : Metric.Scale;

    private double Margin => Relative ? Bound : 0;

    /// <param name="alpha">Of this rule's bounds.</param>
    /// <param name="decides">Whether an inconclusive answer decides.</param>
    internal GateResult Decide(Target target, CaseSet set, double alpha, bool decides, int seed)
    {
        var cases = PairedCases.Of(Metric, target, set, Relative);
        if (Relative && set.Baseline is null)
            return Unknown("Nothing is live to compare with.");
        if (cases.Count == 0)
            return Unknown(cases.Missing ?? $"No case {(target.Name is null ? "" : $"of {target.Name} ")}has {Metric.Name}.");

        var estimate = new Estimation(this, cases, alpha, seed);
        var (verdict, reason) = cases.Missing is { } missing ? (Verdict.Inconclusive, missing) : Judge(estimate);
        var needed = verdict == Verdict.Inconclusive && cases.Missing is null ? estimate.CasesNeeded(Margin) : null;
        var result = new GateResult(
            Metric.Name, target.Name, cases.Count, estimate.Baseline, Finite(estimate.Candidate), Finite(estimate.Delta * Scale), Unit,
            estimate.Bounds is { } bounds ? Scaled(bounds.Interval) : null, Margin * Scale, estimate.Method, verdict, decides,
            Finite(estimate.Detectable * Scale), needed, reason,
            cases.Missing is null ? Exceeded(estimate) : null, BetterP: cases.Missing is null && Method == GateMethod.Interval ? estimate.Better(seed) : null);
        return verdict == Verdict.Inconclusive && cases.Missing is null ? result with { Reason = $"{reason} {NextStep.Of(result, set.Candidate)}" } : result;

        GateResult Unknown(string why) => new(
            Metric.Name, target.Name, cases.Count, null,
            cases.Count == 0 ? null : Finite(new Estimation(this with { Relative = false, Percent = false, AndMs = 0, Method = GateMethod.Point }, cases, alpha, seed).Candidate),
            null, Unit, null, Margin * Scale, "none", Verdict.Inconclusive, decides, null, null, why);
    }

    /// <summary>p-value of "the limit is held": small where it is broken. Null where nothing bounds the numbers.</summary>
    private double? Exceeded(Estimation estimate)
    {
        if (estimate.Bounds is not { } main)
            return null;
        var p = Up ? main.Above(Margin) : main.Below(-Margin);
        return AndMs == 0 ? p : estimate.AbsoluteBounds is { } absolute ? Math.Max(p, absolute.Above(AndMs)) : null;
    }

    /// <summary>The candidate's own number against a bound, or its difference against the margin; both as "how much room is left".</summary>
    private (Verdict, string) Judge(Estimation estimate)
    {
        var main = Of(Room(estimate.Delta), Room(estimate.Bounds?.Interval), Margin);
        // Both the percentage and the milliseconds must be exceeded before a latency fails.
        var absolute = AndMs > 0 && main != Verdict.Pass ? Of(-estimate.Absolute, estimate.AbsoluteBounds is { Interval: var ms } ? (-ms.Hi, -ms.Lo) : null, AndMs) : Verdict.Fail;
        var verdict = (main, absolute) switch
        {
            (Verdict.Pass, _) or (_, Verdict.Pass) => Verdict.Pass,
            (Verdict.Fail, Verdict.Fail) => Verdict.Fail,
            _ => Verdict.Inconclusive,
        };
        return (verdict, Sentence(verdict, estimate));
    }

    private Verdict Of(double room, (double Lo, double Hi)? bounds, double margin)
    {
        const double rounding = 1e-9; // the limit itself passes, whatever binary fractions make of it
        var slack = rounding * Math.Max(1, Math.Abs(margin));
        if (Method == GateMethod.Point)
            return room >= -margin - slack ? Verdict.Pass : Verdict.Fail;
        if (double.IsNegativeInfinity(room))
            return Verdict.Fail; // so many calls failed that no number is left to compare
        if (bounds is not var (lo, hi))
            return Verdict.Inconclusive;
        return lo >= -margin - slack ? Verdict.Pass : hi < -margin - slack ? Verdict.Fail : Verdict.Inconclusive;
    }

    private double Room(double delta) => Up ? -delta : delta;

    private (double Lo, double Hi)? Room(Interval? interval) => interval is null ? null : Up ? (-interval.Hi, -interval.Lo) : (interval.Lo, interval.Hi);

    private string Sentence(Verdict verdict, Estimation estimate)
    {
        var limit = Relative
            ? $"at most {Show(Bound * Scale)} {Unit} {(Up ? "more" : "less")} than the baseline{(AndMs > 0 ? $" or {Show(AndMs)} ms more" : "")}"
            : $"{(Up ? "at most" : "at least")} {Show(Bound * Scale)} {Unit.Replace("pp", "%", StringComparison.Ordinal)}";
        var found = Relative ? $"{(estimate.Delta >= 0 ? "+" : "")}{Show(estimate.Delta * Scale)} {Unit}" : $"{Show(estimate.Candidate * Scale)} {Unit.Replace("pp", "%", StringComparison.Ordinal)}";
        var sure = Method == GateMethod.Interval && estimate.Bounds is { Interval: var interval } ? $" ({Show(Shift(interval.Lo))} to {Show(Shift(interval.Hi))})" : "";
        return verdict switch
        {
            Verdict.Pass => $"{Metric.Name} is {found}{sure}; allowed is {limit}.",
            Verdict.Fail => $"{Metric.Name} is {found}{sure}; allowed is only {limit}.",
            Verdict.Inconclusive => $"{Metric.Name} is {found}{sure}; {estimate.TooFewForTail ?? $"{estimate.Count:N0} cases cannot tell whether that is {limit}."}",
        };

        double Shift(double bound) => (Relative ? bound : bound + Bound) * Scale;
    }

    private Interval? Scaled(Interval interval) =>
        double.IsFinite(interval.Lo) && double.IsFinite(interval.Hi) ? new Interval(interval.Lo * Scale, interval.Hi * Scale) : null;

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static string Show(double value) => double.IsFinite(value) ? value.ToString("0.##", CultureInfo.InvariantCulture) : "without bound";
}
