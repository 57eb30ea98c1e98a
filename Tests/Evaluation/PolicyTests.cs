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
    public void A_broken_policy_is_refused(string yaml, string code, string says)
    {
        var refusal = Policy.Parse(yaml, "release.yaml").Refusal!;

        Assert.Equal(code, refusal.Code);
        Assert.Contains(says, refusal.Detail, StringComparison.Ordinal);
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
