using LlmOps.Gateway;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOps.Tests.Gateway;

public sealed class AdoptTests(GatewayService gateway) : IClassFixture<GatewayService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_dead_gateway_left_reaches_the_feed_while_another_lives()
    {
        var dead = await Start();
        await dead.Open(JournalTests.Record("req_open_at_death"));
        await dead.Open(JournalTests.Record("req_answered"));
        dead.Settle(JournalTests.Record("req_answered") with { Outcome = Outcome.Ok });
        await dead.StopAsync(Ct);
        var (folder, before) = (dead.Folder, dead.Written);
        dead.Dispose();

        await gateway.Worker<AdoptWorker>().Pass(Ct);
        await gateway.Worker<AdoptWorker>().Pass(Ct);

        var feed = (await gateway.Feed()).Select(item => item.Inference).OfType<InferenceRecord>().ToList();
        Assert.Equal((Outcome.Error, "gateway-died"), Assert.Single(feed, record => record.RequestId == "req_open_at_death") is var open ? (open.Outcome, open.ErrorType) : default);
        Assert.Equal(Outcome.Ok, Assert.Single(feed, record => record.RequestId == "req_answered").Outcome);
        Assert.False(folder.HasEntries);

        using var next = await Start();
        await next.Open(JournalTests.Record("req_later"));
        Assert.Equal((folder.Gateway, before + 2), (next.Gateway, next.Written));
    }

    [Fact]
    public async Task A_living_gateways_journal_is_left_alone()
    {
        using var living = await Start();
        await living.Open(JournalTests.Record("req_in_flight"));
        var before = living.Written;

        await gateway.Worker<AdoptWorker>().Pass(Ct);

        Assert.Equal((true, before), (living.HasOpen, living.Written));
        Assert.DoesNotContain(await gateway.Feed(), item => item.Inference?.RequestId == "req_in_flight");
    }

    /// <summary>Another gateway on the same folder.</summary>
    private async Task<Journal> Start()
    {
        var root = Path.GetDirectoryName(gateway.Get<Journal>().Folder.Path)!;
        var journal = new Journal(root, Journal.UsualFileBytes, TimeProvider.System, NullLogger<Journal>.Instance);
        await journal.StartAsync(Ct);
        return journal;
    }
}
