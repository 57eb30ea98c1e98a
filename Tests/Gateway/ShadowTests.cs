using LlmOps.Gateway;

namespace LlmOps.Tests.Gateway;

public sealed class ShadowTests(GatewayService gateway) : IClassFixture<GatewayService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_copy_runs_after_the_answer_and_is_recorded_on_the_shadow_arm()
    {
        var (stable, shadow) = (Bundles.Make(), Bundles.Make(Bundles.Saying("Shadow: {question}")));
        await gateway.Worker<ShadowWorker>().Pass(Ct);
        gateway.Serve(Bundles.Route("shadowed", stable, shadow: new("rel_shadow", shadow.Id)), stable, shadow);
        using var response = await gateway.Post(GatewayService.Ask("shadowed", "x"));
        var request = GatewayService.RequestId(response);
        Assert.Equal("Please help: x", await GatewayService.Said(response));
        Assert.DoesNotContain(await gateway.Feed(), item => item.Inference?.ShadowOf == request);

        await gateway.Worker<ShadowWorker>().Pass(Ct);

        var feed = (await gateway.Feed()).Select(item => item.Inference!).ToList();
        var copy = Assert.Single(feed, record => record.ShadowOf == request);
        var primary = Assert.Single(feed, record => record.RequestId == request);
        Assert.Equal((Arm.Shadow, "rel_shadow", -1, shadow.Id, Outcome.Ok), (copy.Arm, copy.Release, copy.Step, copy.Bundle, copy.Outcome));
        Assert.Equal((Arm.Stable, "rel_shadow", -1, stable.Id), (primary.Arm, primary.Release, primary.Step, primary.Bundle));
    }

    [Fact]
    public async Task A_full_queue_drops_copies_counts_them_and_leaves_the_primary_alone()
    {
        var (stable, shadow) = (Bundles.Make(), Bundles.Make(Bundles.Saying("Shadow: {question}")));
        gateway.Serve(Bundles.Route("flooded", stable, shadow: new("rel_flood", shadow.Id)), stable, shadow);
        var shadows = gateway.Get<Shadows>();
        await gateway.Worker<ShadowWorker>().Pass(Ct);

        for (var i = 0; i < Shadows.MostWaiting + 3; i++)
        {
            using var response = await gateway.Post(GatewayService.Ask("flooded", $"question {i}"));
            Assert.Equal($"Please help: question {i}", await GatewayService.Said(response));
        }

        Assert.Equal((Shadows.MostWaiting, 3), (shadows.Waiting.Count, shadows.Dropped));
    }

    [Fact]
    public async Task A_failing_shadow_is_on_its_own_account()
    {
        var (stable, shadow) = (Bundles.Make(), Bundles.Make(model: "embedded/faulty-500"));
        gateway.Serve(Bundles.Route("failing", stable, shadow: new("rel_failing", shadow.Id)), stable, shadow);
        await gateway.Worker<ShadowWorker>().Pass(Ct);

        using var response = await gateway.Post(GatewayService.Ask("failing", "x"));
        await gateway.Worker<ShadowWorker>().Pass(Ct);

        var records = (await gateway.Feed()).Select(item => item.Inference!).Where(record => record.Release == "rel_failing").ToList();
        Assert.Equal([(Arm.Stable, Outcome.Ok), (Arm.Shadow, Outcome.Error)], records.Select(record => (record.Arm, record.Outcome)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_that_failed_is_not_copied(bool stream)
    {
        var (stable, shadow) = (Bundles.Make(model: "embedded/faulty-cut"), Bundles.Make());
        gateway.Serve(Bundles.Route("failed", stable, shadow: new("rel_failed", shadow.Id)), stable, shadow);
        await gateway.Worker<ShadowWorker>().Pass(Ct);

        using var response = await gateway.Post(GatewayService.Ask("failed", "x", stream));

        Assert.Equal(Outcome.Error, (await gateway.Recorded(GatewayService.RequestId(response))).Outcome);
        Assert.Equal(0, gateway.Get<Shadows>().Waiting.Count);
    }
}
