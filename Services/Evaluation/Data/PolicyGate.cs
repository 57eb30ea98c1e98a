namespace LlmOps.Evaluation;

/// <summary>One rule on one metric. Several bounds on one gate are decided one by one.</summary>
/// <param name="Metric">A scorer's name, or error_rate, refusal_rate, latency_p50_ms, latency_p95_ms, latency_p99_ms, ttft_p50_ms, cost_per_1k_usd, tokens_input, tokens_output.</param>
/// <param name="Min">The candidate alone must reach this.</param>
/// <param name="Max">The candidate alone must stay at or below this.</param>
/// <param name="MaxDrop">Against the baseline, in the metric's unit; rates and scores 0..1.</param>
/// <param name="MaxIncrease">Against the baseline, in the metric's unit.</param>
/// <param name="MaxIncreasePct">Against the baseline, in percent of it.</param>
/// <param name="AndMs">With MaxIncreasePct: this many milliseconds must be exceeded too.</param>
/// <param name="Segment">A segment's name, or "each" for every one of them; null for all cases together.</param>
/// <param name="Protected">Never traded against another metric.</param>
/// <param name="By">Instead of Segment, a field of the dataset's rows: the gate holds in each of its values.</param>
/// <param name="MaxGap">Between the best and the worst slice of the candidate, a rate or score 0..1.</param>
/// <param name="UnlessGain">What buys this gate back when it does not pass; each of the two is then held at half of alpha.</param>
/// <param name="Together">Gates of one name hold together: each is only as good as the worst of them.</param>
public sealed record PolicyGate(
    string Metric, double? Min, double? Max, double? MaxDrop, double? MaxIncrease, double? MaxIncreasePct, double? AndMs,
    string? Segment, bool Protected, GateMethod Method, OnInconclusive? OnInconclusive,
    string? By = null, double? MaxGap = null, UnlessGain? UnlessGain = null, string? Together = null)
{
    public const string EachSegment = "each";

    private bool IsRate => Evaluation.Metric.Of(Metric).IsRate;

    /// <summary>Whether the two rule the same number of the same cases, so that one can stand for the other.</summary>
    internal bool Replaces(PolicyGate other) => (Metric, Segment, By, MaxGap is null) == (other.Metric, other.Segment, other.By, other.MaxGap is null);

    internal static PolicyGate Read(YamlMap map)
    {
        const double most = 1e12;
        var gate = new PolicyGate(
            map.Text("metric", required: true) ?? "", map.Number("min", -most, most), map.Number("max", -most, most), map.Number("max_drop", 0, most),
            map.Number("max_increase", 0, most), map.Number("max_increase_pct", 0, 100_000), map.Number("and_ms", 0, most),
            map.Text("segment"), map.Flag("protected") ?? false, map.Word<GateMethod>("method") ?? GateMethod.Interval, map.Word<OnInconclusive>("on_inconclusive"),
            map.Text("by"), map.Number("max_gap", 0, 1), map.Map("unless_gain") is { } gain ? Evaluation.UnlessGain.Read(gain) : null, map.Text("together"));
        foreach (var (key, rule, problem) in gate.Problems())
            map.Problem(map.LineOf(key), rule, problem);
        map.Close();
        return gate;
    }

    private IEnumerable<(string Key, string Rule, string Problem)> Problems()
    {
        if (this is { Min: null, Max: null, MaxDrop: null, MaxIncrease: null, MaxIncreasePct: null, MaxGap: null })
            yield return ("metric", "missing-key", $"The gate on {Metric} has no bound. Add one of min, max, max_drop, max_increase, max_increase_pct, max_gap.");
        if (AndMs is not null && (MaxIncreasePct is null || !Evaluation.Metric.Of(Metric).IsTime))
            yield return ("and_ms", "bad-gate", "and_ms goes with max_increase_pct on a metric in milliseconds. Remove it, or use it there.");
        if (IsRate && new[] { Min, Max, MaxDrop, MaxIncrease }.Any(bound => bound > 1))
            yield return ("metric", "out-of-range", $"{Metric} is a rate between 0 and 1; a bound above 1 can never be met or missed. Write 2 percentage points as 0.02.");
        if (By is not null && Segment is not null)
            yield return ("by", "bad-gate", "A gate has either segment or by, not both. Keep one of them.");
        if (MaxGap is not null && (!IsRate || (By is null && Segment != EachSegment) || Method == GateMethod.Point))
            yield return ("max_gap", "bad-gate", "max_gap compares the slices of a rate or score by their intervals: it needs by: FIELD or segment: each, and no method: point.");
        if (UnlessGain is not null && Protected)
            yield return ("unless_gain", "bad-gate", $"The gate on {Metric} is protected, so no gain of another metric buys it back. Remove unless_gain or protected.");
        if (UnlessGain is not null && Together is not null)
            yield return ("unless_gain", "bad-gate", $"The gate on {Metric} must hold together with others, so no gain of another metric buys it back. Remove unless_gain or together.");
        if (UnlessGain?.Metric == Metric)
            yield return ("unless_gain", "bad-gate", $"{Metric} cannot buy back itself. Name another metric in unless_gain, or widen the bound.");
    }
}

/// <summary>Inconclusive or failed, a gate passes after all where another metric is shown to be this much better than the baseline.</summary>
/// <param name="Metric">Of the gain.</param>
/// <param name="Min">Of its lower bound, in the metric's unit and good direction; rates and scores 0..1.</param>
public sealed record UnlessGain(string Metric, double Min)
{
    internal static UnlessGain Read(YamlMap map)
    {
        var gain = new UnlessGain(map.Text("metric", required: true) ?? "", map.Number("min", 0, 1e12) ?? 0);
        if (map.Find("min") is null)
            map.Problem(map.Line, "missing-key", "unless_gain.min is missing. Say how much better the metric must be shown to be, for example 0.01.");
        if (Evaluation.Metric.Of(gain.Metric).IsRate && gain.Min > 1)
            map.Problem(map.LineOf("min"), "out-of-range", $"{gain.Metric} is a rate between 0 and 1. Write 1 percentage point as 0.01.");
        map.Close();
        return gain;
    }
}
