using LlmOps.Releases;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Tests.Releases;

public sealed class EvidenceTests(ReleasesService service) : IClassFixture<ReleasesService>
{
    private static readonly Watched Climbing = new("rel_new", "hotel", "hotel", "b_new", P99Ms: 100, LiveStep: null);
    private static readonly Watched Live = new("rel_old", "hotel", "hotel", "b_old", P99Ms: null, LiveStep: 2);

    private static InferenceRecord Request(Arm arm, string? release, int? step, string bundle, Outcome outcome = Outcome.Ok, double latencyMs = 20) => new(
        "req_1", 1, "g", "hotel", "hotel", arm, release, step, bundle, "", "", null, null, null, "", null, default, latencyMs, null, outcome, null, null, TokenUsage.Of(1, 1), false, [], "", 0, 0, null);

    private static string[] Where(FeedItem item) => [.. Tally.Of(item, [Climbing, Live]).Select(tally => $"{tally.Release} {tally.Step} {tally.Arm}")];

    [Fact]
    public void A_canary_request_counts_for_its_rung() =>
        Assert.Equal(["rel_new 1 Canary"], Where(new(Request(Arm.Canary, "rel_new", 1, "b_new"), null)));

    [Fact]
    public void A_stable_request_is_the_control_and_still_watches_the_release_that_is_live() =>
        Assert.Equal(["rel_new -1 Stable", "rel_old 2 Stable"], Where(new(Request(Arm.Stable, "rel_new", -1, "b_old"), null)));

    [Fact]
    public void A_live_release_is_watched_with_nothing_beside_it() =>
        Assert.Equal(["rel_old 2 Stable"], Where(new(Request(Arm.Stable, null, null, "b_old"), null)));

    [Theory]
    [InlineData(Arm.Eval, Outcome.Ok)]
    [InlineData(Arm.Canary, Outcome.Cancelled)]
    [InlineData(Arm.Canary, Outcome.Open)]
    public void Evaluations_and_calls_without_an_end_are_no_evidence(Arm arm, Outcome outcome) =>
        Assert.Empty(Where(new(Request(arm, "rel_new", 0, "b_new", outcome), null)));

    [Theory]
    [InlineData(100, 0)]
    [InlineData(100.1, 1)]
    public void A_request_is_slow_beyond_the_limit(double latencyMs, long slow) =>
        Assert.Equal(slow, Assert.Single(Tally.Of(new(Request(Arm.Canary, "rel_new", 0, "b_new", latencyMs: latencyMs), null), [Climbing])).Adds.Slow);

    [Fact]
    public void The_99th_percentile_is_read_off_the_histogram_within_a_bucket()
    {
        var latencies = new long[Latencies.Buckets];
        for (var ms = 1; ms <= 1000; ms++)
            latencies[Latencies.BucketOf(ms)]++;

        Assert.InRange(Latencies.P99(latencies)!.Value, 990, 990 * 1.25);
        Assert.Null(Latencies.P99(new long[Latencies.Buckets]));
    }

    [Fact]
    public async Task A_page_that_is_delivered_twice_counts_once()
    {
        await service.App("twice");
        await service.Live("twice", "1.0.0");
        var release = await service.Canary("twice", "1.1.0");
        var store = service.Services.GetRequiredService<EvidenceStore>();
        var inference = ReleasesService.Inference(release, Arm.Canary, Outcome.Error);
        var feedback = new FeedbackRecord(inference.RequestId, "twice", Arm.Canary, release.Id, release.Step, release.Bundle, Correct: true, null, "guest", default);
        FeedPage page = new([new(inference, null), new(null, feedback)], "twice-1");
        var before = await store.Cursor(default);

        await store.Take(before, page, default);
        await store.Take(before, page, default);                             // the cursor has moved on: dropped whole
        await store.Take("twice-1", page with { Cursor = "twice-2" }, default); // offered again behind the cursor

        var canary = (await service.Find(release.Id)).Evidence.Single(arm => arm.Arm == "canary");
        Assert.Equal(("canary", 1, 1, 1, 1), (canary.Arm, canary.Requests, canary.Errors, canary.Feedback, canary.Correct));
        Assert.Equal("twice-2", await store.Cursor(default));
    }
}
