using LlmOps.Evaluation;
using static LlmOps.Tests.Evaluation.GateCases;

namespace LlmOps.Tests.Evaluation;

public sealed class GateFamilyTests
{
    private static string Release => File.ReadAllText(Path.Combine(Checkout.Sample, "policies", "release.yaml"));

    [Fact] // one slice of twenty loses 4 of its 30 cases
    public void One_bad_slice_of_many_may_be_chance_and_alone_it_is_none()
    {
        var baseline = Cases(600, i => Case(i, segment: $"s{i / 30:00}"));
        var candidate = Cases(600, i => Case(i, i is >= 30 and < 34 ? 0 : 1, $"s{i / 30:00}"));

        var alone = Decide("gates: [{ metric: accuracy, max_drop: 0.02, segment: s01 }]", candidate, baseline).Single();
        var among = Decide("gates: [{ metric: accuracy, max_drop: 0.02, segment: each }]", candidate, baseline).Single(gate => gate.Segment == "s01");

        Assert.Equal((Verdict.Fail, alone.P), (alone.Verdict, alone.AdjustedP));
        Assert.Equal((Verdict.Inconclusive, alone.P), (among.Verdict, among.P));
        Assert.True(among.AdjustedP > 0.05);
        Assert.Contains("by chance", among.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plain_estimate_is_no_member_of_the_family()
    {
        var cases = Cases(300, i => Case(i));

        var gates = Decide("gates: [{ metric: accuracy, max_drop: 0.02 }, { metric: cost_per_1k_usd, max_increase_pct: 10, method: point }]", cases, cases);

        Assert.Equal(gates[0].P, gates[0].AdjustedP);
        Assert.Equal((null, null), (gates[1].P, gates[1].AdjustedP));
    }

    [Fact]
    public void An_improvement_has_its_own_p_value()
    {
        var baseline = Cases(300, i => Case(i, i < 250 ? 1 : 0));
        var better = Cases(300, i => Case(i, i < 262 ? 1 : 0, latency: 90));

        var gates = Decide("gates: [{ metric: accuracy, max_drop: 0.02 }, { metric: latency_p50_ms, max_increase_pct: 15 }]", better, baseline);

        Assert.Equal(Math.Pow(0.5, 12), gates[0].BetterP!.Value, 12); // McNemar: twelve gains, no loss
        Assert.Equal(Math.Pow(0.5, 300), gates[1].BetterP!.Value, 12); // the sign test of the times
    }

    [Fact] // F60: the sample's release policy on one bundle twice; answers, times and tokens vary as a model's do
    public void A_thousand_releases_of_the_same_bundle_hardly_ever_fail()
    {
        const int runs = 1000;
        var policy = Policy.Parse(Release, "release.yaml").Value!;
        var random = new Random(11);
        double[] ease = [.. Enumerable.Range(0, 100).Select(_ => 0.8 + 0.2 * random.NextDouble())];

        var verdicts = Enumerable.Range(0, runs).Select(run => Verdicts.Combine(Gates.Decide(policy, Bundle(), Bundle(), run))).CountBy(verdict => verdict).ToDictionary();

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", verdicts));
        Assert.InRange(verdicts.GetValueOrDefault(Verdict.Fail), 0, runs * 5 / 100);

        List<CaseResult> Bundle() => Cases(100, i =>
        {
            var right = random.NextDouble() < ease[i] ? 1 : 0;
            var time = 400 * Math.Exp(0.5 * ease[i] + 0.3 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5));
            return Case(i, right, $"s{i % 4}", random.NextDouble() < 0.005 ? "timed out" : null, time, 0.001m + (decimal)random.NextDouble() / 10_000) is { Error: null } answered
                ? answered with { Scores = new Dictionary<string, double> { ["accuracy"] = right, ["groundedness"] = Math.Min(1, 0.9 + 0.2 * random.NextDouble()) } }
                : Case(i, 0, $"s{i % 4}", "timed out", null, 0.001m);
        });
    }
}
