using LlmOps.Evaluation;

namespace LlmOps.Tests.Samples;

/// <summary>What the demo relies on, measured with the real index, renderer, model, scorer and gates. The numbers are printed, verdicts and order are asserted.</summary>
public sealed class HotelGuestAgentQualityTests
{
    private const string Golden = "guest-golden";
    private const string Everyday = "guest-production";
    private const string Conference = "guest-conference-week";

    private static readonly Policy Demo = GuestAgent.Rules("demo");
    private static readonly WatchRule Watched = Demo.Release!.Watch.First(rule => rule.Metric == "feedback_correct");

    [Fact]
    public async Task The_second_version_is_a_real_improvement_and_passes_the_gates()
    {
        var first = await GuestAgent.Measure("1.0.0", Golden);
        var second = await GuestAgent.Measure("1.1.0", Golden);

        var gates = Decide(second, against: first);

        Assert.Equal(Verdict.Pass, Verdicts.Combine(gates));
        Assert.True(gates[0].Interval!.Lo > 0, "better, not only not worse");
        Assert.InRange(second.Accuracy, 0.85, 0.97);
    }

    [Fact]
    public async Task The_prompt_that_gives_20_percent_away_loses_the_discount_cases_and_fails_the_gates()
    {
        var live = await GuestAgent.Measure("1.1.0", Golden);
        var candidate = await GuestAgent.Measure("1.2.0", Golden);

        var gates = Decide(candidate, against: live);

        var discount = GuestAgent.Rows(Golden).Cases.Where(@case => @case.Tags.Contains("discount")).Select(@case => @case.Id).ToHashSet();
        Assert.True(live.AccuracyOf(discount) >= 0.9);
        Assert.True(candidate.AccuracyOf(discount) <= 0.3);
        Assert.Equal(["", "edge"], gates.Where(gate => gate is { Metric: "accuracy", Verdict: Verdict.Fail }).Select(gate => gate.Segment ?? ""));
    }

    [Fact]
    public async Task The_short_version_passes_the_gates_and_costs_less()
    {
        var live = await GuestAgent.Measure("1.1.0", Golden);
        var candidate = await GuestAgent.Measure("1.3.0", Golden);

        var gates = Decide(candidate, against: live);

        Assert.Equal(Verdict.Pass, Verdicts.Combine(gates));
        Assert.True(candidate.Cases.Sum(result => result.CostUsd) < 0.8m * live.Cases.Sum(result => result.CostUsd));
    }

    [Theory]
    [InlineData("1.0.0", "1.1.0")]
    [InlineData("1.1.0", "1.3.0")]
    public async Task On_everyday_traffic_the_requests_of_one_step_are_enough_to_widen(string stable, string canary)
    {
        var was = await GuestAgent.Measure(stable, Everyday);
        var @is = await GuestAgent.Measure(canary, Everyday);

        var gate = WatchDecision.Decide(Watched, OfOneStep(was), OfOneStep(@is), Demo.Alpha);

        TestContext.Current.TestOutputHelper?.WriteLine(gate.Reason);
        Assert.Equal(Verdict.Pass, gate.Verdict);
        Assert.True(@is.Accuracy > was.Accuracy - 0.02);

        static ArmCount OfOneStep(Measured measured) => new(Demo.Release!.MinRequests, measured.Accuracy * Demo.Release.MinRequests);
    }

    [Fact]
    public async Task The_short_version_fails_a_conference_week_beyond_doubt()
    {
        var live = await GuestAgent.Measure("1.1.0", Conference);
        var candidate = await GuestAgent.Measure("1.3.0", Conference);

        var gate = WatchDecision.Decide(Watched, Arm(live), Arm(candidate), Demo.Alpha);

        TestContext.Current.TestOutputHelper?.WriteLine(gate.Reason);
        Assert.True(live.Accuracy >= 0.6);
        Assert.True(candidate.Accuracy <= live.Accuracy - 0.25);
        Assert.Equal(Verdict.Fail, gate.Verdict);

        static ArmCount Arm(Measured measured) => new(measured.Cases.Count, measured.Cases.Count(result => result.Passed));
    }

    [Fact]
    public async Task Cutting_the_handbook_into_scraps_costs_quality()
    {
        var whole = await GuestAgent.Measure("1.1.0", Golden);
        var scraps = await GuestAgent.Measure("1.1.0", Golden, "fixed(tokens=24,overlap=0)");

        Assert.True(scraps.Accuracy < whole.Accuracy - 0.05);
    }

    /// <summary>The gates of demo.yaml but for time: how fast this machine is says nothing about the sample.</summary>
    private static IReadOnlyList<GateResult> Decide(Measured candidate, Measured against)
    {
        var policy = Demo with { Gates = [.. Demo.Gates.Where(gate => !Metric.Of(gate.Metric).IsTime)] };
        var gates = Gates.Decide(policy, candidate.Cases, against.Cases);
        foreach (var gate in gates)
            TestContext.Current.TestOutputHelper?.WriteLine($"{gate.Metric} {gate.Segment}: {gate.Verdict}, {gate.Reason}");
        return gates;
    }
}
