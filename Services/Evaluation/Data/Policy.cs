namespace LlmOps.Evaluation;

/// <summary>What a candidate must hold: gates before release, approvals, and the rules of its way to traffic.</summary>
/// <param name="Alpha">One-sided error rate of every gate, above 0 and at most 0.5.</param>
/// <param name="Sha256">Of the file's bytes.</param>
public sealed record Policy(
    string Sha256, double Alpha, OnInconclusive OnInconclusive, IReadOnlyList<PolicyGate> Gates, Approvals Approvals, ReleasePolicy? Release)
{
    public const double DefaultAlpha = 0.05;

    public static Result<Policy> Parse(string yaml, string file)
    {
        var problems = new List<Finding>();
        return Read(yaml, file, problems) is { } policy && problems.Count == 0 ? policy : YamlRefusal.Of(problems);
    }

    /// <summary>What <see cref="Parse"/> would refuse, one finding per problem.</summary>
    public static IReadOnlyList<Finding> Problems(string yaml, string file)
    {
        var problems = new List<Finding>();
        Read(yaml, file, problems);
        return problems;
    }

    private static Policy? Read(string yaml, string file, List<Finding> problems)
    {
        if (Yaml.Read(yaml, file, problems) is not { } root)
            return null;
        root.Find("lint"); // read by the lint; known here so that it is no unknown key
        var policy = new Policy(
            ContentHash.OfText(yaml), root.Number("alpha", 0.0001, 0.5) ?? DefaultAlpha,
            root.Word<OnInconclusive>("on_inconclusive") ?? OnInconclusive.Block,
            [.. root.Maps("gates").Select(PolicyGate.Read)], ApprovalsOf(root),
            root.Map("release") is { } release ? ReleasePolicy.Read(release) : null);
        root.Close();
        return policy;
    }

    private static Approvals ApprovalsOf(YamlMap root)
    {
        if (root.Map("approvals") is not { } map)
            return new Approvals(1, []);
        var approvals = new Approvals(map.Whole("required", 0, 10) ?? 1, map.Texts("roles"));
        map.Close();
        return approvals;
    }
}

/// <summary>What an inconclusive gate means: Block makes the verdict inconclusive, Warn only reports it.</summary>
public enum OnInconclusive { Block, Warn }

/// <summary>Interval decides by the bound of a confidence interval; Point compares the plain estimates.</summary>
public enum GateMethod { Interval, Point }

/// <param name="Required">Approvals by persons other than the author, 0 to 10.</param>
/// <param name="Roles">Who may give them; empty: every role that may approve.</param>
public sealed record Approvals(int Required, IReadOnlyList<string> Roles);

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
public sealed record PolicyGate(
    string Metric, double? Min, double? Max, double? MaxDrop, double? MaxIncrease, double? MaxIncreasePct, double? AndMs,
    string? Segment, bool Protected, GateMethod Method, OnInconclusive? OnInconclusive)
{
    public const string EachSegment = "each";

    internal static PolicyGate Read(YamlMap map)
    {
        const double most = 1e12;
        var gate = new PolicyGate(
            map.Text("metric", required: true) ?? "", map.Number("min", -most, most), map.Number("max", -most, most), map.Number("max_drop", 0, most),
            map.Number("max_increase", 0, most), map.Number("max_increase_pct", 0, 100_000), map.Number("and_ms", 0, most),
            map.Text("segment"), map.Flag("protected") ?? false, map.Word<GateMethod>("method") ?? GateMethod.Interval, map.Word<OnInconclusive>("on_inconclusive"));
        if (gate is { Min: null, Max: null, MaxDrop: null, MaxIncrease: null, MaxIncreasePct: null })
            map.Problem(map.Line, "missing-key", $"The gate on {gate.Metric} has no bound. Add one of min, max, max_drop, max_increase, max_increase_pct.");
        if (gate.AndMs is not null && (gate.MaxIncreasePct is null || !Evaluation.Metric.Of(gate.Metric).IsTime))
            map.Problem(map.LineOf("and_ms"), "bad-gate", "and_ms goes with max_increase_pct on a metric in milliseconds. Remove it, or use it there.");
        if (Evaluation.Metric.Of(gate.Metric).IsRate && new[] { gate.Min, gate.Max, gate.MaxDrop, gate.MaxIncrease }.Any(bound => bound > 1))
            map.Problem(map.Line, "out-of-range", $"{gate.Metric} is a rate between 0 and 1; a bound above 1 can never be met or missed. Write 2 percentage points as 0.02.");
        map.Close();
        return gate;
    }
}
