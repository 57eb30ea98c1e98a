using LlmOps.Evaluation;
using static LlmOps.Tests.Evaluation.GateCases;

namespace LlmOps.Tests.Evaluation;

public sealed class GateSliceTests
{
    private static List<CaseResult> Two(int n, int wrongFirst, int wrongSecond) =>
        Cases(2 * n, i => Case(i, i < wrongFirst || (i >= n && i < n + wrongSecond) ? 0 : 1).In("gender", i < n ? "f" : "m"));

    [Theory] // R75
    [InlineData(1000, 50, 50, Verdict.Pass)]
    [InlineData(1000, 200, 50, Verdict.Fail)]
    [InlineData(60, 3, 3, Verdict.Inconclusive)]
    public void The_widest_gap_between_slices_is_held_to_its_limit(int n, int wrongFirst, int wrongSecond, Verdict verdict)
    {
        var gate = Decide("gates: [{ metric: accuracy, by: gender, max_gap: 0.05 }]", Two(n, wrongFirst, wrongSecond), null).Single();

        Assert.Equal((verdict, "gender", 2L * n), (gate.Verdict, gate.Segment, gate.N));
        Assert.Equal((wrongSecond - wrongFirst) * 100.0 / n, gate.Delta!.Value, 9);
        Assert.InRange(gate.Delta.Value, gate.Interval!.Lo, gate.Interval.Hi);
    }

    [Fact] // Newcombe 1998, 56/70 against 48/80: 0.0524 to 0.3339
    public void A_gap_of_two_slices_has_Newcombes_upper_bound()
    {
        var cases = Cases(150, i => Case(i, i < 56 || (i >= 70 && i < 118) ? 1 : 0).In("group", i < 70 ? "a" : "b"));

        var gate = Decide("alpha: 0.025\ngates: [{ metric: accuracy, by: group, max_gap: 0.05 }]", cases, null).Single();

        Assert.Equal(-33.38726540, gate.Interval!.Lo, 6);
    }

    [Fact]
    public void Errors_have_a_gap_too_and_it_points_upward()
    {
        var cases = Cases(2000, i => Case(i, error: i < 300 ? "timed out" : null).In("locale", i < 1000 ? "de" : "en"));

        var gate = Decide("gates: [{ metric: error_rate, by: locale, max_gap: 0.05 }]", cases, null).Single();

        Assert.Equal((Verdict.Fail, 30.0), (gate.Verdict, Math.Round(gate.Delta!.Value, 9)));
    }

    [Fact]
    public void Scores_have_a_gap_by_the_bootstrap()
    {
        var cases = Cases(400, i => Case(i, (i < 200 ? 0.6 : 0.8) + i % 20 / 200.0).In("locale", i < 200 ? "de" : "en"));

        Assert.Equal(Verdict.Fail, Decide("gates: [{ metric: accuracy, by: locale, max_gap: 0.05 }]", cases, null).Single().Verdict);
        Assert.Equal(Verdict.Pass, Decide("gates: [{ metric: accuracy, by: locale, max_gap: 0.25 }]", cases, null).Single().Verdict);
    }

    [Fact]
    public void A_gap_needs_two_slices() =>
        Assert.Equal(Verdict.Inconclusive, Decide("gates: [{ metric: accuracy, by: gender, max_gap: 0.05 }]", Cases(300, i => Case(i)), null).Single().Verdict);

    [Fact]
    public void A_slice_without_scores_leaves_the_gap_open()
    {
        var cases = Cases(600, i => (i < 300 ? Case(i) with { Scores = new Dictionary<string, double>() } : Case(i)).In("gender", i < 300 ? "f" : i < 450 ? "m" : "x"));

        var gate = Decide("gates: [{ metric: accuracy, by: gender, max_gap: 0.05 }]", cases, null).Single();

        Assert.Equal(Verdict.Inconclusive, gate.Verdict);
        Assert.Contains("gender=f", gate.Reason, StringComparison.Ordinal);
    }

    [Fact] // R74
    public void A_gate_by_field_is_decided_in_each_of_its_values()
    {
        var gates = Decide("gates: [{ metric: accuracy, by: gender, max_drop: 0.05 }]", Two(300, 60, 0), Two(300, 0, 0));

        Assert.Equal([("gender=f", Verdict.Fail), ("gender=m", Verdict.Pass)], gates.Select(gate => (gate.Segment, gate.Verdict)));
    }

    [Fact]
    public void A_baseline_that_does_not_carry_the_field_is_still_paired()
    {
        var baseline = Two(300, 0, 0).Select(result => result with { Slices = null }).ToList();

        Assert.Equal(2, Decide("gates: [{ metric: accuracy, by: gender, max_drop: 0.05 }]", Two(300, 0, 0), baseline).Count(gate => gate.Verdict == Verdict.Pass));
    }

    [Fact]
    public void A_field_that_no_case_has_does_not_vanish() =>
        Assert.Equal(Verdict.Inconclusive, Decide("gates: [{ metric: accuracy, by: locale, min: 0.5 }]", Cases(300, i => Case(i)), null).Single().Verdict);

    [Fact] // feature 2(e)
    public void Near_identical_cases_count_as_one()
    {
        // Forty questions, each asked in ten wordings that are answered alike.
        var baseline = Cases(400, i => Case(i, i / 10 % 4 == 0 ? 0 : 1).In("cluster", $"q{i / 10}"));
        var candidate = Cases(400, i => Case(i, i / 10 % 5 == 0 ? 0 : 1).In("cluster", $"q{i / 10}"));
        const string policy = "gates: [{ metric: accuracy, max_drop: 0.02 }]";

        var clustered = Decide(policy, candidate, baseline).Single();
        var naive = Decide(policy, [.. candidate.Select(Alone)], [.. baseline.Select(Alone)]).Single();
        var once = Decide(policy, [.. candidate.Where((_, i) => i % 10 == 0).Select(Alone)], [.. baseline.Where((_, i) => i % 10 == 0).Select(Alone)]).Single();

        Assert.True(Width(clustered) > 2.5 * Width(naive));
        Assert.InRange(Width(clustered), 0.8 * Width(once), 1.2 * Width(once));

        static CaseResult Alone(CaseResult result) => result with { Slices = null };
        static double Width(GateResult gate) => gate.Interval!.Hi - gate.Interval.Lo;
    }

    [Fact]
    public void A_report_takes_slices_and_clusters_from_its_dataset()
    {
        var dataset = Dataset.Parse("""
            {"id": "a", "input": "q", "locale": "de", "cluster": "one", "other": 1}
            {"id": "b", "input": "q"}
            """, "d.jsonl").Value!;
        var policy = Policy.Parse("gates: [{ metric: error_rate, by: locale, max: 0.5 }]", "p.yaml").Value!;

        var report = ReportBuilder.Build("b_1", dataset, policy, [Case(0) with { Id = "a" }], null, null, 1, DateTimeOffset.UnixEpoch, TimeSpan.Zero);

        Assert.Equal(["cluster=one", "locale=de"], report.Cases[0].Slices!.Select(slice => $"{slice.Key}={slice.Value}").Order());
        Assert.Null(report.Cases[1].Slices);
    }
}
