namespace LlmOps.Evaluation;

/// <summary>Gates that a policy takes over by <c>extends</c>; a gate of its own on the same metric and slice replaces the preset's. Every comparison is with what is live.
/// <list type="bullet">
/// <item><c>standard</c>: accuracy at most 2 pp lower, p95 latency at most 15 % and 50 ms higher, cost at most 10 % higher, errors at most 2 pp more.</item>
/// <item><c>strict</c>: accuracy at least 85 % and at most 2 pp lower, p95 latency at most 10 % higher, p99 at most 5 s, cost at most 10 % higher, errors at most 1 pp more;
/// accuracy and errors are protected.</item>
/// <item><c>realtime</c>: as standard, but p95 latency at most 100 ms higher whatever accuracy gains, and p99 at most 5 s; both are protected.</item>
/// <item><c>trade-off</c>: as standard, but p95 latency at most 10 % higher unless accuracy is shown to gain 1 pp.</item>
/// </list>
/// A preset never changes: policies are known by the hash of their own text alone.</summary>
internal static class PolicyPreset
{
    internal static IReadOnlyList<string> Names { get; } = ["standard", "strict", "realtime", "trade-off"];

    /// <summary>Null for no preset of that name.</summary>
    internal static IReadOnlyList<PolicyGate>? Find(string name) => name switch
    {
        "standard" => [Accuracy, Latency(15, andMs: 50), Cost, Errors(0.02)],
        "strict" =>
        [
            Accuracy with { Min = 0.85, Protected = true }, Latency(10), P99, Cost, Errors(0.01) with { Protected = true },
        ],
        "realtime" => [Accuracy, Gate("latency_p95_ms") with { MaxIncrease = 100, Protected = true }, P99 with { Protected = true }, Cost, Errors(0.02)],
        "trade-off" => [Accuracy, Latency(10) with { UnlessGain = new UnlessGain("accuracy", 0.01) }, Cost, Errors(0.02)],
        _ => null,
    };

    private static PolicyGate Accuracy => Gate("accuracy") with { MaxDrop = 0.02 };

    private static PolicyGate P99 => Gate("latency_p99_ms") with { Max = 5000 };

    private static PolicyGate Cost => Gate("cost_per_1k_usd") with { MaxIncreasePct = 10 };

    private static PolicyGate Latency(double percent, double? andMs = null) => Gate("latency_p95_ms") with { MaxIncreasePct = percent, AndMs = andMs };

    private static PolicyGate Errors(double most) => Gate("error_rate") with { MaxIncrease = most };

    private static PolicyGate Gate(string metric) => new(metric, null, null, null, null, null, null, null, Protected: false, GateMethod.Interval, null);
}
