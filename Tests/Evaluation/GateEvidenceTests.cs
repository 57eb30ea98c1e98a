using LlmOps.Evaluation;
using static LlmOps.Tests.Evaluation.GateCases;

namespace LlmOps.Tests.Evaluation;

/// <summary>Feature 2(d): what is missing, failed or came twice never helps.</summary>
public sealed class GateEvidenceTests
{
    private const string TwoPoints = "gates: [{ metric: accuracy, max_drop: 0.02 }]";

    private static readonly List<CaseResult> Whole = Cases(300, i => Case(i));

    [Theory] // F56
    [InlineData(TwoPoints)]
    [InlineData("gates: [{ metric: cost_per_1k_usd, max: 100, method: point }]")]
    [InlineData("gates: [{ metric: latency_p95_ms, max: 5000 }]")]
    public void Nothing_run_is_a_failure(string policy)
    {
        Assert.Equal(Verdict.Fail, Verdicts.Combine(Decide(policy, [], [])));
        Assert.Equal(Verdict.Fail, Verdicts.Combine(Decide(policy, Cases(50, i => Case(i, error: "The case was not run.", latency: null)), Whole[..50])));
    }

    [Theory] // F55
    [InlineData("{ metric: accuracy, min: 0.5 }")]
    [InlineData("{ metric: latency_p50_ms, max: 5000 }")]
    [InlineData("{ metric: cost_per_1k_usd, max: 100, method: point }")]
    [InlineData("{ metric: accuracy, max_drop: 0.02 }")]
    [InlineData("{ metric: error_rate, max_increase: 0.02 }")]
    public void Thirty_one_errors_in_a_hundred_never_pass(string gate)
    {
        var limited = Cases(100, i => i < 31 ? Case(i, error: "429", latency: null) : Case(i));

        Assert.NotEqual(Verdict.Pass, Verdicts.Combine(Decide($"gates: [{gate}]", limited, Whole[..100])));
    }

    [Fact]
    public void A_case_that_came_twice_makes_no_pass()
    {
        List<CaseResult> twice = [.. Whole, Whole[7]];

        var gate = Decide(TwoPoints, twice, Whole).Single();

        Assert.Equal((Verdict.Inconclusive, 300L), (gate.Verdict, gate.N));
        Assert.Contains("c7", gate.Reason, StringComparison.Ordinal);
        Assert.Equal(Verdict.Inconclusive, Decide(TwoPoints, Whole, twice).Single().Verdict);
    }

    [Fact]
    public void A_floor_is_not_reached_by_leaving_out_the_scores_that_the_baseline_has()
    {
        const string floor = "gates: [{ metric: accuracy, min: 0.85 }]";
        var silent = Cases(300, i => i < 60 ? Case(i) with { Scores = new Dictionary<string, double>() } : Case(i));

        var gate = Decide(floor, silent, Whole).Single();

        Assert.Equal((Verdict.Inconclusive, 240L), (gate.Verdict, gate.N));
        Assert.Contains("60 cases of the candidate have no accuracy", gate.Reason, StringComparison.Ordinal);
        Assert.Equal(Verdict.Pass, Decide(floor, silent, silent).Single().Verdict); // what both leave out has nothing to be judged by
    }

    [Fact]
    public void Cases_that_both_sides_lack_are_still_missed()
    {
        var gate = Decide(TwoPoints, Whole[..250], Whole[..250], size: 300).Single();

        Assert.Equal(Verdict.Inconclusive, gate.Verdict);
        Assert.Contains("250 of the dataset's 300", gate.Reason, StringComparison.Ordinal);
    }

    [Fact] // the bootstrap of equal scores has no width, however few they are
    public void A_few_equal_scores_prove_nothing()
    {
        var cases = Cases(10, i => Case(i, 0.9));

        Assert.Equal(Verdict.Inconclusive, Decide(TwoPoints, cases, cases).Single().Verdict);
        Assert.Equal(Verdict.Inconclusive, Decide("gates: [{ metric: accuracy, min: 0.85 }]", cases, null).Single().Verdict);
        Assert.Equal(Verdict.Pass, Decide(TwoPoints, Cases(300, i => Case(i, 0.9)), Cases(300, i => Case(i, 0.9))).Single().Verdict);
    }

    [Theory] // C2: p99 at most 5 s
    [InlineData(99, 0, Verdict.Inconclusive)]
    [InlineData(298, 0, Verdict.Inconclusive)]
    [InlineData(299, 0, Verdict.Pass)]
    [InlineData(500, 1, Verdict.Pass)]
    [InlineData(500, 5, Verdict.Inconclusive)]
    [InlineData(500, 12, Verdict.Fail)]
    public void The_slowest_of_few_cases_is_no_99th_percentile(int n, int slow, Verdict verdict)
    {
        var gate = Decide("gates: [{ metric: latency_p99_ms, max: 5000 }]", Cases(n, i => Case(i, latency: i < slow ? 6000 : 1000)), null).Single();

        Assert.Equal((verdict, "order-statistic"), (gate.Verdict, gate.Method));
        if (n < 299)
            Assert.Equal((299 - n, true), (gate.CasesNeeded, gate.Reason.Contains("that takes 299", StringComparison.Ordinal)));
    }

    [Fact]
    public void Comparing_the_99th_percentile_of_a_hundred_cases_says_that_it_cannot()
    {
        var gate = Decide("gates: [{ metric: latency_p99_ms, max_increase_pct: 15 }]", Whole[..99], Whole[..99]).Single();

        Assert.Equal((Verdict.Inconclusive, 401L), (gate.Verdict, gate.CasesNeeded));
        Assert.Contains("little more than the slowest", gate.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_open_question_names_the_cheapest_next_step()
    {
        var baseline = Cases(150, i => Case(i, i < 135 ? 1 : 0));
        var candidate = Cases(150, i => Case(i, i is >= 6 and < 144 ? 1 : 0));

        var gate = Decide(TwoPoints, candidate, baseline).Single();

        Assert.EndsWith("About 1,396 more cases (about 1.40 USD) would decide it; or these 150 can decide a margin of 6.42 pp; or accept the risk (on_inconclusive: warn).", gate.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cached_answer_is_no_latency()
    {
        var cached = Cases(300, i => Case(i, latency: 1) with { Flags = ["cached"] });

        var gate = Decide("gates: [{ metric: latency_p95_ms, max: 50 }]", cached, null).Single();

        Assert.Equal((Verdict.Inconclusive, 0L), (gate.Verdict, gate.N));
    }
}
