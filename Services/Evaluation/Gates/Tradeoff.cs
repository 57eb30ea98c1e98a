namespace LlmOps.Evaluation;

/// <summary>What one metric means for another: a gain that buys a gate back, and gates that hold only together.</summary>
internal static class Tradeoff
{
    /// <summary>An unprotected gate that did not pass does where the other metric is shown to have gained enough on the same slice. Missing data is not for sale.</summary>
    internal static GateResult Bought(UnlessGain price, GateResult gate, Target target, CaseSet cases, double alpha, int seed)
    {
        if (gate.Verdict == Verdict.Pass || (gate.P is null && gate is not { Verdict: Verdict.Fail, Method: "point" }))
            return gate;
        var metric = Metric.Of(price.Metric);
        var rule = new GateRule(metric, -price.Min, Up: !metric.HigherIsBetter, Relative: true, Percent: false, 0, GateMethod.Interval);
        var gain = rule.Decide(target, cases, alpha, decides: true, seed);
        var (low, found) = (price.Min * metric.Scale, (metric.HigherIsBetter ? 1 : -1) * gain.Delta);
        return gain.Verdict == Verdict.Pass
            ? gate with { Verdict = Verdict.Pass, CasesNeeded = null, Reason = FormattableString.Invariant($"{gate.Reason} It is bought back: {price.Metric} is better by {found:0.##} {metric.Unit}, surely by {low:0.##} or more.") }
            : gate with { Reason = FormattableString.Invariant($"{gate.Reason} It is not bought back: {price.Metric} is not shown to be better by {low:0.##} {metric.Unit}.") };
    }

    /// <summary>Gates of one group take the verdict of the worst of them, so that no number can be bettered at another's cost; and where one decides, all do.</summary>
    internal static IReadOnlyList<GateResult> Coupled(IReadOnlyList<(PolicyGate Gate, GateResult Result)> gates)
    {
        var worst = gates.Where(one => one.Gate.Together is not null).GroupBy(one => one.Gate.Together!)
            .ToDictionary(group => group.Key, group => (Result: group.MinBy(one => Rank(one.Result.Verdict)).Result, Decides: group.Any(one => one.Result.Decides)));
        return [.. gates.Select(one => one.Gate.Together is { } name ? Bound(one.Result, worst[name].Result) with { Decides = worst[name].Decides } : one.Result)];

        static GateResult Bound(GateResult gate, GateResult worst) => Rank(gate.Verdict) <= Rank(worst.Verdict) ? gate : gate with
        {
            Verdict = worst.Verdict,
            Reason = $"{gate.Reason} But it holds only together with {worst.Metric}, which {(worst.Verdict == Verdict.Fail ? "fails" : "is inconclusive")}.",
        };

        static int Rank(Verdict verdict) => verdict switch { Verdict.Fail => 0, Verdict.Inconclusive => 1, Verdict.Pass => 2 };
    }
}
