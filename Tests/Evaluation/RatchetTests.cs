using LlmOps.Evaluation;
using static LlmOps.Tests.Evaluation.GateCases;

namespace LlmOps.Tests.Evaluation;

public sealed class RatchetTests
{
    // The one-sided 95 % bounds of 190 of 200, by the score interval, are 0.9181 and 0.9699 (by scipy's normal quantile), exactly 0.9167 and 0.9726 (by its beta quantiles).
    private static readonly List<CaseResult> Live = Cases(200, i => Case(i, score: i < 190 ? 1 : 0, segment: i % 2 == 0 ? "even" : "odd"));

    [Fact]
    public void A_floor_far_below_what_is_live_is_raised_to_what_the_baseline_surely_keeps()
    {
        var ratchet = Assert.Single(Of("gates:\n- { metric: accuracy, min: 0.8 }"));

        Assert.Equal(("accuracy", null, 0.8, 0.91), (ratchet.Metric, ratchet.Segment, ratchet.Bound, ratchet.Proposed));
        Assert.Contains("95 %", ratchet.Reason, StringComparison.Ordinal);
        Assert.Contains("200 cases", ratchet.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ceiling_far_above_it_is_lowered()
    {
        var ratchet = Assert.Single(Of("gates:\n- { metric: error_rate, max: 0.3 }"));

        Assert.InRange(ratchet.Proposed, 0.01, 0.03); // none of 200: at most 1.49 % (exact), 1.33 % (score)
    }

    [Theory]
    [InlineData("{ metric: accuracy, min: 0.91 }")] // the bound lies below 92 %: less than a whole pp
    [InlineData("{ metric: accuracy, min: 0.94 }")] // above its own bound nothing is sure
    [InlineData("{ metric: accuracy, max_drop: 0.02 }")] // compares with what is live already
    [InlineData("{ metric: latency_p95_ms, max: 60000 }")] // times differ from hour to hour
    [InlineData("{ metric: tone, min: 0.1 }")] // nobody scored it
    public void A_limit_that_is_near_relative_or_of_no_rate_stays(string gate) => Assert.Empty(Of($"gates:\n- {gate}"));

    [Fact]
    public void Each_slice_has_its_own_proposal()
    {
        var found = Of("gates:\n- { metric: accuracy, min: 0.5, segment: each }");

        Assert.Equal(["even", "odd"], found.Select(ratchet => ratchet.Segment));
    }

    [Fact]
    public void A_baseline_that_is_not_whole_proposes_nothing()
    {
        var policy = Policy.Parse("gates:\n- { metric: accuracy, min: 0.8 }", "p.yaml").Value!;

        Assert.Empty(Ratchet.Of(policy, Report(Live[..150])));
        Assert.Empty(Ratchet.Of(policy, Report([.. Live[..100], .. Live[100..].Select(result => result with { Error = "rate_limit_exceeded" })])));
    }

    private static IReadOnlyList<ReportRatchet> Of(string policy) => Ratchet.Of(Policy.Parse(policy, "p.yaml").Value!, Report(Live));

    private static EvalReport Report(IReadOnlyList<CaseResult> cases) => new(
        1, "b_live", new("golden", "00", 200), null, Verdict.Pass, [], new(null, null, null, null, 0), new(0, null, 0), new(0, 0), [], cases, null, 0, DateTimeOffset.UnixEpoch, 0);
}
