using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation;

public sealed class GatesTests
{
    private static CaseResult Case(int id, double score = 1, string? segment = null, string? error = null, double? latency = 100, decimal? cost = 0.001m, string output = "x") =>
        new($"c{id}", segment, output, error is null ? new Dictionary<string, double> { ["accuracy"] = score } : [], score >= 1, error, latency, cost, []);

    private static List<CaseResult> Cases(int n, Func<int, CaseResult> make) => [.. Enumerable.Range(0, n).Select(make)];

    private static GateResult Decide(string gate, List<CaseResult> candidate, List<CaseResult>? baseline, string rest = "") =>
        Assert.Single(All(gate, candidate, baseline, rest));

    private static IReadOnlyList<GateResult> All(string gate, List<CaseResult> candidate, List<CaseResult>? baseline, string rest = "") =>
        Gates.Decide(Policy.Parse($"gates: [{{ {gate} }}]\n{rest}", "p.yaml").Value!, candidate, baseline);

    /// <summary>The published 90 % against 92 % on 150 cases (E22), with 10 % of the pairs disagreeing.</summary>
    [Fact]
    public void The_published_improvement_is_inconclusive_and_asks_for_the_published_pairs()
    {
        var baseline = Cases(150, i => Case(i, i < 135 ? 1 : 0));
        var candidate = Cases(150, i => Case(i, i is >= 6 and < 144 ? 1 : 0)); // loses 6, gains 9

        var gate = Decide("metric: accuracy, max_drop: 0.02", candidate, baseline);

        Assert.Equal((Verdict.Inconclusive, "exact", "pp", 150L), (gate.Verdict, gate.Method, gate.Unit, gate.N));
        Assert.Equal(2, gate.Delta!.Value, 9);
        Assert.Equal(1546 - 150, gate.CasesNeeded);
        Assert.Equal(6.42, gate.Detectable!.Value, 2);
        Assert.Contains("1,396 more cases", gate.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clear_drop_fails_and_a_clear_hold_passes()
    {
        var baseline = Cases(200, i => Case(i, i < 190 ? 1 : 0));

        Assert.Equal(Verdict.Fail, Decide("metric: accuracy, max_drop: 0.02", Cases(200, i => Case(i, i < 150 ? 1 : 0)), baseline).Verdict);
        Assert.Equal(Verdict.Pass, Decide("metric: accuracy, max_drop: 0.02", baseline, baseline).Verdict);
    }

    // F55: what the live bundle could not answer proves nothing for the one that could.
    [Fact]
    public void A_baseline_that_failed_to_answer_makes_no_candidate_look_better()
    {
        var baseline = Cases(200, i => Case(i, error: i < 40 ? "timed out" : null));
        var candidate = Cases(200, i => Case(i, i < 160 ? 1 : 0)); // right where the baseline failed, wrong where it was right

        Assert.Equal(Verdict.Fail, Decide("metric: accuracy, max_drop: 0.02", candidate, baseline).Verdict);
    }

    [Theory] // G7
    [InlineData("metric: accuracy, max_drop: 0.02, method: point", 0.90, 0.88, Verdict.Pass)]
    [InlineData("metric: accuracy, max_drop: 0.02, method: point", 0.90, 0.8799, Verdict.Fail)]
    public void A_drop_of_exactly_the_limit_passes(string gate, double before, double after, Verdict verdict) =>
        Assert.Equal(verdict, Decide(gate, Cases(10, i => Case(i, after)), Cases(10, i => Case(i, before))).Verdict);

    [Theory] // G7
    [InlineData(115.0, Verdict.Pass)]
    [InlineData(115.1, Verdict.Fail)]
    public void A_latency_of_exactly_the_limit_passes(double after, Verdict verdict) =>
        Assert.Equal(verdict, Decide("metric: latency_p95_ms, max_increase_pct: 15, method: point", Cases(10, i => Case(i, latency: after)), Cases(10, i => Case(i, latency: 100))).Verdict);

    [Theory] // G7
    [InlineData(0.00110, Verdict.Pass)]
    [InlineData(0.001101, Verdict.Fail)]
    public void A_cost_of_exactly_the_limit_passes(double after, Verdict verdict)
    {
        var gate = Decide("metric: cost_per_1k_usd, max_increase_pct: 10, method: point", Cases(10, i => Case(i, cost: (decimal)after)), Cases(10, i => Case(i)));

        Assert.Equal((verdict, "%"), (gate.Verdict, gate.Unit));
        Assert.Equal(1.0, gate.Baseline!.Value, 9);
    }

    [Fact]
    public void Both_the_percentage_and_the_milliseconds_must_be_exceeded()
    {
        var slower = Cases(100, i => Case(i, latency: 30 + i % 3));
        var baseline = Cases(100, i => Case(i, latency: 20 + i % 3));

        Assert.Equal(Verdict.Fail, Decide("metric: latency_p95_ms, max_increase_pct: 15", slower, baseline).Verdict);
        Assert.Equal(Verdict.Pass, Decide("metric: latency_p95_ms, max_increase_pct: 15, and_ms: 50", slower, baseline).Verdict);
        Assert.Equal(Verdict.Fail, Decide("metric: latency_p95_ms, max_increase_pct: 15, and_ms: 5", slower, baseline).Verdict);
        Assert.Contains("or 50 ms more", Decide("metric: latency_p95_ms, max_increase_pct: 15, and_ms: 50", slower, baseline).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_stays_in_the_denominator()
    {
        var baseline = Cases(100, i => Case(i));
        var candidate = Cases(100, i => i < 30 ? Case(i, error: "timeout", latency: null, cost: null) : Case(i));

        var gate = Decide("metric: accuracy, max_drop: 0.02", candidate, baseline);

        Assert.Equal((Verdict.Fail, 100L), (gate.Verdict, gate.N));
        Assert.Equal(0.7, gate.Candidate!.Value, 9);
        Assert.Equal(0.3, Decide("metric: error_rate, max_increase: 0.01", candidate, baseline).Candidate!.Value, 9);
        Assert.Equal(Verdict.Fail, Decide("metric: latency_p95_ms, max_increase_pct: 15", candidate, baseline).Verdict);
        Assert.Equal(Verdict.Inconclusive, Decide("metric: cost_per_1k_usd, max_increase_pct: 10", candidate, baseline).Verdict);
    }

    [Fact]
    public void One_case_decides_nothing()
    {
        var gate = Decide("metric: latency_p95_ms, max_increase_pct: 15", Cases(1, i => Case(i)), Cases(1, i => Case(i)));

        Assert.Equal((Verdict.Inconclusive, null, 99), (gate.Verdict, gate.Interval, gate.CasesNeeded)); // a 95th percentile takes a hundred
    }

    [Fact]
    public void Missing_cases_are_never_a_pass()
    {
        var baseline = Cases(200, i => Case(i));

        var gate = Decide("metric: accuracy, max_drop: 0.02", baseline[..150], baseline);

        Assert.Equal(Verdict.Inconclusive, gate.Verdict);
        Assert.Contains("50 cases", gate.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_price_is_never_a_pass()
    {
        var gate = Decide("metric: cost_per_1k_usd, max_increase_pct: 10, method: point", Cases(20, i => Case(i, cost: i == 7 ? null : 0.001m)), Cases(20, i => Case(i)));

        Assert.Equal(Verdict.Inconclusive, gate.Verdict);
        Assert.Contains("price", gate.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_live_version_a_comparison_is_inconclusive_and_a_floor_is_not()
    {
        var candidate = Cases(200, i => Case(i));

        var relative = Decide("metric: accuracy, max_drop: 0.02", candidate, null);

        Assert.Equal((Verdict.Inconclusive, "Nothing is live to compare with."), (relative.Verdict, relative.Reason));
        Assert.Equal(Verdict.Pass, Decide("metric: accuracy, min: 0.85", candidate, null).Verdict);
    }

    [Theory]
    [InlineData(200, 190, Verdict.Pass)]
    [InlineData(200, 172, Verdict.Inconclusive)]
    [InlineData(200, 140, Verdict.Fail)]
    public void A_floor_is_held_by_the_lower_bound(int n, int passed, Verdict verdict)
    {
        var gate = Decide("metric: accuracy, min: 0.85", Cases(n, i => Case(i, i < passed ? 1 : 0)), null);

        Assert.Equal((verdict, "clopper-pearson"), (gate.Verdict, gate.Method));
        Assert.Equal(verdict == Verdict.Inconclusive, gate.CasesNeeded is > 0);
    }

    [Fact]
    public void One_bad_segment_fails_though_the_whole_is_fine()
    {
        var baseline = Cases(400, i => Case(i, segment: i < 40 ? "complaints" : "bookings"));
        var candidate = Cases(400, i => Case(i, i < 8 ? 0 : 1, i < 40 ? "complaints" : "bookings"));

        var gates = All("metric: accuracy, max_drop: 0.05, segment: each", candidate, baseline);

        Assert.Equal([("bookings", Verdict.Pass), ("complaints", Verdict.Fail)], gates.Select(gate => (gate.Segment, gate.Verdict)));
        Assert.Equal(Verdict.Fail, Verdicts.Combine(gates));
        Assert.Equal(Verdict.Pass, Decide("metric: accuracy, max_drop: 0.05", candidate, baseline).Verdict);
    }

    [Fact]
    public void A_gate_on_segments_that_are_not_there_does_not_vanish() =>
        Assert.Equal(Verdict.Inconclusive, Decide("metric: accuracy, min: 0.5, segment: each", Cases(20, i => Case(i)), null).Verdict);

    [Fact]
    public void A_warning_gate_is_reported_and_does_not_decide()
    {
        var gates = All("metric: accuracy, max_drop: 0.02, on_inconclusive: warn", Cases(10, i => Case(i)), null);

        Assert.False(Assert.Single(gates).Decides);
        Assert.Equal(Verdict.Pass, Verdicts.Combine(gates));
    }

    [Fact]
    public void Repeats_of_a_case_do_not_narrow_the_interval()
    {
        var baseline = Cases(60, i => Case(i, i % 2));
        var candidate = Cases(60, i => Case(i, i % 3 == 0 ? 0 : 1));

        var once = Decide("metric: accuracy, max_drop: 0.02", candidate, baseline);
        var thrice = Decide("metric: accuracy, max_drop: 0.02", [.. candidate, .. candidate, .. candidate], [.. baseline, .. baseline, .. baseline]);

        Assert.Equal(once, thrice);
    }

    [Fact]
    public void Scores_between_zero_and_one_use_the_bootstrap_and_repeat_themselves()
    {
        var random = new Random(1);
        var baseline = Cases(120, i => Case(i, 0.8 + 0.2 * random.NextDouble()));
        var candidate = Cases(120, i => Case(i, baseline[i].Scores["accuracy"] - 0.1 * random.NextDouble()));

        var gate = Decide("metric: accuracy, max_drop: 0.02", candidate, baseline);

        Assert.Equal((Verdict.Fail, "bootstrap-bca"), (gate.Verdict, gate.Method));
        Assert.InRange(gate.Delta!.Value, gate.Interval!.Lo, gate.Interval.Hi);
        Assert.Equal(gate, Decide("metric: accuracy, max_drop: 0.02", candidate, baseline));
    }

    [Fact]
    public void A_score_that_does_not_apply_is_left_out_and_a_lone_gap_is_missing_data()
    {
        var baseline = Cases(50, i => i < 10 ? Case(i) with { Scores = new Dictionary<string, double>() } : Case(i));

        Assert.Equal((Verdict.Inconclusive, 40L), Short(Decide("metric: accuracy, max_drop: 0.02", baseline, baseline)));
        Assert.Contains("no accuracy", Decide("metric: accuracy, max_drop: 0.02", [.. baseline[..49], Case(49) with { Scores = new Dictionary<string, double>() }], baseline).Reason, StringComparison.Ordinal);

        static (Verdict, long) Short(GateResult gate) => (gate.Verdict, gate.N);
    }

    [Fact]
    public void An_answer_that_declines_counts_in_the_refusal_rate() =>
        Assert.Equal(0.5, Decide("metric: refusal_rate, max: 0.6, method: point", Cases(10, i => Case(i, output: i < 5 ? "I cannot help with that." : "Yes.")), null).Candidate);

    [Fact]
    public void Several_bounds_are_decided_one_by_one() =>
        Assert.Equal(2, All("metric: accuracy, min: 0.5, max_drop: 0.1", Cases(50, i => Case(i)), Cases(50, i => Case(i))).Count);

    [Fact]
    public void A_report_holds_every_case_of_the_dataset_and_survives_json()
    {
        var dataset = Dataset.Parse(string.Join('\n', Enumerable.Range(0, 12).Select(i => $$"""{"id": "c{{i}}", "input": "q", "segment": "s{{i % 2}}"}""")), "d.jsonl").Value!;
        var policy = Policy.Parse("gates: [{ metric: error_rate, max: 0.5, method: point }]", "p.yaml").Value!;

        var report = ReportBuilder.Build("b_1", dataset, policy, Cases(10, i => Case(i, segment: $"s{i % 2}", latency: 100 + i)), null, null, 1, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(2));

        Assert.Equal((1, 12, 12), (report.SchemaVersion, report.Dataset.Cases, report.Cases.Count));
        Assert.Equal(2, report.Cases.Count(result => result.Error is not null));
        Assert.Equal(["all", "s0", "s1"], report.Segments.Select(segment => segment.Segment));
        Assert.Equal(10 / 12.0, report.Segments[0].Scores["accuracy"], 9);
        Assert.Equal((0.010m, (decimal?)null, 2), (report.Cost.TotalUsd, report.Cost.Per1kUsd, report.Cost.Unknown));
        Assert.Equal(104.5, report.Latency.P50Ms!.Value, 9);
        Assert.Equal(Verdict.Pass, report.Verdict);
        Assert.Equal(Json.Write(report), Json.Write(Json.Read<EvalReport>(Json.Write(report))));
        Assert.Contains("\"verdict\":\"pass\"", Json.Write(report), StringComparison.Ordinal);
    }
}
