using LlmOps.Evaluation;
using static LlmOps.Tests.Evaluation.GateCases;

namespace LlmOps.Tests.Evaluation;

public sealed class GateTradeoffTests
{
    private const string Slower = "{ metric: latency_p95_ms, max_increase_pct: 10, unless_gain: { metric: accuracy, min: 0.01 } }";

    private static readonly List<CaseResult> Live = Cases(300, i => Case(i, i < 250 ? 1 : 0, latency: 100 + i % 7));

    [Fact] // R89
    public void A_slower_candidate_passes_where_accuracy_is_shown_to_gain()
    {
        var gate = Decide($"gates: [{Slower}]", Cases(300, i => Case(i, i < 275 ? 1 : 0, latency: 130 + i % 7)), Live).Single();

        Assert.Equal(Verdict.Pass, gate.Verdict);
        Assert.Contains("bought back", gate.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(250)] // no gain
    [InlineData(254)] // a gain of 1.3 pp that may be chance
    public void Without_a_proven_gain_it_fails(int right)
    {
        var gate = Decide($"gates: [{Slower}]", Cases(300, i => Case(i, i < right ? 1 : 0, latency: 130 + i % 7)), Live).Single();

        Assert.Equal(Verdict.Fail, gate.Verdict);
        Assert.Contains("not bought back", gate.Reason, StringComparison.Ordinal);
    }

    [Fact] // E24: for a real-time route no gain pays for 100 ms
    public void A_protected_gate_is_bought_back_by_nothing()
    {
        var slow = Cases(300, i => Case(i, 1, latency: 260 + i % 7));

        Assert.Equal(Verdict.Fail, Decide("gates: [{ metric: latency_p95_ms, max_increase: 100, protected: true }]", slow, Live).Single().Verdict);
        Assert.Equal("bad-gate", Policy.Parse($"gates: [{Slower.Replace("10,", "10, protected: true,", StringComparison.Ordinal)}]", "p.yaml").Refusal!.Code);
    }

    [Fact]
    public void A_gain_does_not_stand_in_for_missing_data()
    {
        var better = Cases(300, i => Case(i, 1, cost: i == 3 ? null : 0.001m));

        var gate = Decide("gates: [{ metric: cost_per_1k_usd, max_increase_pct: 10, unless_gain: { metric: accuracy, min: 0.01 } }]", better, Live).Single();

        Assert.Equal(Verdict.Inconclusive, gate.Verdict);
    }

    [Fact] // R94, R194, feature 8(d): three times the words for the same answers
    public void More_words_for_the_same_answers_fail_the_coupled_score()
    {
        const string coupled = "gates: [{ metric: tone, max_drop: 0.02, together: answer }, { metric: tokens_output, max_increase_pct: 20, together: answer }]";
        var baseline = Cases(300, i => Toned(i, 0.7, 100));
        var verbose = Cases(300, i => Toned(i, 0.9, 300)); // a judge that likes words is taken in

        var gates = Decide(coupled, verbose, baseline);

        Assert.All(gates, gate => Assert.Equal(Verdict.Fail, gate.Verdict));
        Assert.Contains("only together with tokens_output", gates[0].Reason, StringComparison.Ordinal);
        Assert.All(Decide(coupled, baseline, baseline), gate => Assert.Equal(Verdict.Pass, gate.Verdict));

        static CaseResult Toned(int id, double tone, long words) =>
            Case(id, tokens: new ReportTokens(50, words + id % 9)) with { Scores = new Dictionary<string, double> { ["tone"] = tone + id % 10 / 100.0 } };
    }

    [Fact]
    public void A_group_decides_where_one_of_it_does()
    {
        var gates = Decide("gates: [{ metric: accuracy, max_drop: 0.02, together: a }, { metric: error_rate, max_increase: 0.0001, together: a, on_inconclusive: warn }]", Live, Live);

        Assert.All(gates, gate => Assert.Equal((Verdict.Inconclusive, true), (gate.Verdict, gate.Decides)));
    }

    [Fact] // G6, E23
    public void The_extra_point_has_its_price()
    {
        var baseline = Cases(1000, i => Case(i, i < 918 ? 1 : 0, cost: 0.0024m));
        var candidate = Cases(1000, i => Case(i, i < 931 ? 1 : 0, cost: 0.0038m));

        var cost = MarginalCost.Of("accuracy", candidate, baseline, 0.05)!;

        Assert.Equal(0.0261, cost.Baseline!.Value, 4);
        Assert.Equal(0.0408, cost.Candidate!.Value, 4);
        Assert.Equal(1.0769, cost.PerPoint!.Value, 4);
        Assert.InRange(cost.PerPoint.Value, cost.Interval!.Lo, cost.Interval.Hi);
        Assert.Null(MarginalCost.Of("accuracy", baseline, baseline, 0.05)!.PerPoint);
        Assert.Null(MarginalCost.Of("accuracy", candidate, Cases(1000, i => Case(i, cost: null)), 0.05));
    }
}
