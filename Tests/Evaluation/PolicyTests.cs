using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation;

public sealed class PolicyTests
{
    private const string Whole = """
        alpha: 0.05
        on_inconclusive: block
        gates:
        - { metric: accuracy, max_drop: 0.02 }
        - { metric: latency_p95_ms, max_increase_pct: 15, and_ms: 50 }
        - { metric: cost_per_1k_usd, max_increase_pct: 10, method: point }
        - { metric: groundedness, min: 0.85, segment: each, protected: true, on_inconclusive: warn }
        approvals: { required: 1, roles: [lead, product] }
        release:
          ladder: [1, 5, 25, 100]
          dwell: 30m
          min_requests: 300
          shadow: { mode: blocking, soak: 24h }
          watch:
          - { metric: error_rate, max_increase: 0.02 }
          - { metric: groundedness, max_drop: 0.03 }
          rollback: { window: 30m, error_rate: 0.01, p99_ms: 5000, groundedness: 0.8, failed_smoke_tests: 4, confidence_se: 2, confidence_min_drop: 0.02, confidence_minutes: 5 }
          no_unit: stable
        lint:
        - { id: discount-limit, limit: { near: discount, max: 15, unit: "%" }, unless_same_sentence: "manager approval" }
        """;

    [Fact]
    public void The_published_policy_is_read_whole()
    {
        var policy = Policy.Parse(Whole, "release.yaml").Value!;

        Assert.Equal(0.05, policy.Alpha);
        Assert.Equal(4, policy.Gates.Count);
        Assert.Equal(new PolicyGate("latency_p95_ms", null, null, null, null, 15, 50, null, false, GateMethod.Interval, null), policy.Gates[1]);
        Assert.Equal(new PolicyGate("groundedness", 0.85, null, null, null, null, null, "each", true, GateMethod.Interval, OnInconclusive.Warn), policy.Gates[3]);
        Assert.Equal(["lead", "product"], policy.Approvals.Roles);
        Assert.Equal([1, 5, 25, 100], policy.Release!.Ladder);
        Assert.Equal(TimeSpan.FromMinutes(30), policy.Release.Dwell);
        Assert.Equal(new ShadowPolicy(ShadowMode.Blocking, TimeSpan.FromHours(24)), policy.Release.Shadow);
        Assert.Equal(new WatchRule("groundedness", null, 0.03), policy.Release.Watch[1]);
        Assert.Equal(4, policy.Release.Rollback!.FailedSmokeTests);
        Assert.Equal(NoUnit.Stable, policy.Release.NoUnit);
    }

    [Fact]
    public void A_policy_survives_json()
    {
        var json = Json.Write(Policy.Parse(Whole, "release.yaml").Value!);

        Assert.Equal(json, Json.Write(Json.Read<Policy>(json)));
    }

    [Theory] // G18
    [InlineData("5, 25, 100", true)]
    [InlineData("5, 25, 50, 100", true)]
    [InlineData("1, 5, 25, 100", true)]
    [InlineData("100", true)]
    [InlineData("25, 5, 100", false)]
    [InlineData("5, 5, 100", false)]
    [InlineData("5, 25", false)]
    [InlineData("0, 100", false)]
    [InlineData("5, 101", false)]
    [InlineData("5, many, 100", false)]
    [InlineData("", false)]
    public void A_ladder_rises_to_all_traffic(string ladder, bool accepted)
    {
        var policy = Policy.Parse($"release:\n  ladder: [{ladder}]", "release.yaml");

        Assert.Equal(accepted ? null : "bad-ladder", policy.Refusal?.Code);
    }

    [Theory]
    [InlineData("5s", 5.0)]
    [InlineData("30m", 1800.0)]
    [InlineData("24h", 86_400.0)]
    [InlineData("7d", 604_800.0)]
    [InlineData("1h30m", 5400.0)]
    [InlineData("500ms", 0.5)]
    [InlineData("30", null)]
    [InlineData("m", null)]
    [InlineData("5 s", null)]
    [InlineData("-5s", null)]
    public void Lengths_of_time_are_read(string text, double? seconds)
    {
        var policy = Policy.Parse($"release: {{ dwell: {text} }}", "release.yaml");

        Assert.Equal(seconds, policy.Value?.Release!.Dwell.TotalSeconds);
    }

    [Theory]
    [InlineData("gates: [{ metric: accuracy, max_dorp: 0.02 }]", "missing-key", "max_drop")]
    [InlineData("gates: [{ metric: accuracy }]", "missing-key", "bound")]
    [InlineData("gates: [{ metric: accuracy, max_drop: 2 }]", "out-of-range", "0.02")]
    [InlineData("gates: [{ metric: accuracy, max_drop: -0.1 }]", "out-of-range", "max_drop")]
    [InlineData("gates: [{ metric: accuracy, max_drop: 0.1, and_ms: 5 }]", "bad-gate", "and_ms")]
    [InlineData("gates: [{ metric: accuracy, max_drop: 0.1, method: points }]", "wrong-type", "Did you mean \"point\"?")]
    [InlineData("gate: []", "unknown-key", "Did you mean \"gates\"?")]
    [InlineData("alpha: 5", "out-of-range", "alpha")]
    [InlineData("release: { watch: [{ metric: latency_p99_ms, max_increase: 0.1 }] }", "bad-watch", "p99_ms")]
    [InlineData("release: { watch: [{ metric: error_rate }] }", "bad-watch", "max_increase")]
    [InlineData("release: { no_unit: nobody }", "wrong-type", "stable")]
    [InlineData("extends: strickt", "unknown-preset", "Did you mean \"strict\"?")]
    [InlineData("gates: [{ metric: accuracy, min: 0.5, bye: locale }]", "unknown-key", "Did you mean \"by\"?")]
    [InlineData("gates: [{ metric: accuracy, min: 0.5, by: locale, segment: each }]", "bad-gate", "not both")]
    [InlineData("gates: [{ metric: accuracy, max_gap: 0.05 }]", "bad-gate", "by: FIELD")]
    [InlineData("gates: [{ metric: latency_p95_ms, by: locale, max_gap: 0.05 }]", "bad-gate", "rate or score")]
    [InlineData("gates: [{ metric: cost_per_1k_usd, max: 1, protected: true, unless_gain: { metric: accuracy, min: 0.01 } }]", "bad-gate", "protected")]
    [InlineData("gates: [{ metric: cost_per_1k_usd, max: 1, together: a, unless_gain: { metric: accuracy, min: 0.01 } }]", "bad-gate", "together")]
    [InlineData("gates: [{ metric: accuracy, min: 0.5, unless_gain: { metric: accuracy, min: 0.01 } }]", "bad-gate", "itself")]
    [InlineData("gates: [{ metric: cost_per_1k_usd, max: 1, unless_gain: { metric: accuracy } }]", "missing-key", "unless_gain.min")]
    [InlineData("gates: [{ metric: cost_per_1k_usd, max: 1, unless_gain: { metric: accuracy, min: 2 } }]", "out-of-range", "0.01")]
    [InlineData("gates: [{ metric: accuracy, min: 0.5, together: a }]", "bad-gate", "together: a")]
    public void A_broken_policy_is_refused(string yaml, string code, string says)
    {
        var refusal = Policy.Parse(yaml, "release.yaml").Refusal!;

        Assert.Equal(code, refusal.Code);
        Assert.Contains(says, refusal.Detail, StringComparison.Ordinal);
    }

    [Theory] // R68-R72, C2, R89
    [InlineData("standard", "accuracy 0.02 drop; latency_p95_ms 15 % and 50 ms; cost_per_1k_usd 10 %; error_rate 0.02 more")]
    [InlineData("strict", "accuracy 0.85 min 0.02 drop protected; latency_p95_ms 10 %; latency_p99_ms 5000 max; cost_per_1k_usd 10 %; error_rate 0.01 more protected")]
    [InlineData("realtime", "accuracy 0.02 drop; latency_p95_ms 100 more protected; latency_p99_ms 5000 max protected; cost_per_1k_usd 10 %; error_rate 0.02 more")]
    [InlineData("trade-off", "accuracy 0.02 drop; latency_p95_ms 10 % unless accuracy 0.01; cost_per_1k_usd 10 %; error_rate 0.02 more")]
    public void A_preset_carries_the_published_limits(string name, string gates)
    {
        var policy = Policy.Parse($"extends: {name}", "p.yaml").Value!;

        Assert.Equal(gates, string.Join("; ", policy.Gates.Select(Line)));

        static string Line(PolicyGate gate) => string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{gate.Metric}{Part(gate.Min, "min")}{Part(gate.Max, "max")}{Part(gate.MaxDrop, "drop")}{Part(gate.MaxIncrease, "more")}{Part(gate.MaxIncreasePct, "%")}{(gate.AndMs is { } ms ? $" and {ms} ms" : "")}{(gate.UnlessGain is { } gain ? $" unless {gain.Metric} {gain.Min}" : "")}{(gate.Protected ? " protected" : "")}");

        static string Part(double? value, string word) => value is { } bound ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $" {bound} {word}") : "";
    }

    [Fact]
    public void A_gate_of_its_own_replaces_the_presets()
    {
        var policy = Policy.Parse("extends: strict\ngates: [{ metric: accuracy, max_drop: 0.05 }, { metric: accuracy, max_drop: 0.1, segment: each }]", "p.yaml").Value!;

        Assert.Equal([0.05, 0.1], policy.Gates.Where(gate => gate.Metric == "accuracy").Select(gate => gate.MaxDrop!.Value));
        Assert.Equal(6, policy.Gates.Count);
    }

    [Fact]
    public void A_wrong_gate_is_named_by_its_line()
    {
        var problem = Assert.Single(Policy.Problems("alpha: 0.05\ngates:\n- metric: accuracy\n  max_drop: 0.02\n- metric: cost_per_1k_usd\n  max: 1\n  protected: true\n  unless_gain: { metric: accuracy, min: 0.01 }", "p.yaml"));

        Assert.Equal(8, problem.Line);
    }

    [Fact]
    public void A_suite_is_read_with_its_scorers()
    {
        var suite = Suite.Parse("""
            dataset: datasets/guest-golden.jsonl
            prompt: prompts/guest-agent.yaml
            scorers:
            - { name: accuracy, type: facts }
            - { name: groundedness, type: groundedness }
            - { name: tone, type: judge, rubric: tone, judge: embedded/rubric }
            repeats: 1
            policy: policies/release.yaml
            """, "suites/guest-agent.yaml").Value!;

        Assert.Equal(("guest-agent", "datasets/guest-golden.jsonl", "policies/release.yaml"), (suite.Name, suite.Dataset, suite.Policy));
        Assert.Equal(["accuracy", "groundedness", "tone"], suite.Scorers.Select(scorer => Scorer.Create(scorer).Value!.Name));
    }

    [Theory]
    [InlineData("dataset: d\nscorers: [{ type: fact }]", "scorer-unknown")]
    [InlineData("dataset: d\nscorers: [{ type: judge, rubric: tune }]", "rubric-unknown")]
    [InlineData("dataset: d\nscorers: [{ type: judge, rubric: tone, judge: gpt-4o }]", "judge-unknown")]
    [InlineData("dataset: d\nscorers: [{ type: regex, value: '(?=x)' }]", "bad-pattern")]
    [InlineData("dataset: d\nscorers: [{ type: facts }, { type: facts }]", "duplicate-scorer")]
    [InlineData("dataset: d\nscorers: []", "missing-key")]
    [InlineData("scorers: [{ type: facts }]", "missing-key")]
    public void A_broken_suite_is_refused(string yaml, string code) => Assert.Equal(code, Suite.Parse(yaml, "s.yaml").Refusal!.Code);
}
