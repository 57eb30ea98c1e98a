using System.Net;
using LlmOps.Gateway;

namespace LlmOps.Tests.Gateway;

public sealed class SnapshotTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lower_revision_and_a_broken_signature_are_refused()
    {
        await using var gateway = new GatewayService();
        await gateway.InitializeAsync();
        var (older, newer) = (gateway.Snapshot([Bundles.Route("old", null)]), gateway.Snapshot([Bundles.Route("new", null)]));
        var serving = gateway.Get<Serving>();

        Assert.True(serving.Take(newer));
        Assert.False(serving.Take(older));
        Assert.False(serving.Take(gateway.Snapshot([]) with { Signature = older.Signature }));
        Assert.Equal(["new"], serving.State!.Routes.Keys);
    }

    [Fact]
    public async Task The_gateway_starts_from_disk_and_serves_with_everything_else_away() // F10
    {
        var storage = Directory.CreateTempSubdirectory("llmops-snapshot-").FullName;
        var bundle = Bundles.Make();
        await using (var before = new Kept(storage))
        {
            await before.InitializeAsync();
            var signed = before.Snapshot([Bundles.Route("kept", bundle)], bundle);
            before.Releases = _ => Task.FromResult(StubHttp.Json(signed));
            await before.Worker<SnapshotWorker>().Pass(Ct);
        }

        await using var after = new Kept(storage) { Postgres = "Host=127.0.0.1;Port=9;Database=none;Timeout=1" };
        await after.InitializeAsync();
        using var unready = await after.CreateClient().GetAsync("/health", Ct);
        await after.Get<Serving>().Restore(Ct);
        using var ready = await after.CreateClient().GetAsync("/health", Ct);
        using var answered = await after.Post(GatewayService.Ask("kept", "hello"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, unready.StatusCode);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal("Please help: hello", await GatewayService.Said(answered));
        Directory.Delete(storage, recursive: true);
    }

    [Fact]
    public async Task With_its_database_away_the_gateway_says_so_to_readers_and_chats_on()
    {
        var storage = Directory.CreateTempSubdirectory("llmops-away-").FullName;
        await using var gateway = new Kept(storage) { Postgres = "Host=127.0.0.1;Port=9;Database=none;Timeout=1" };
        await gateway.InitializeAsync();
        gateway.Serve("lonely", Bundles.Make());
        var client = new GatewayClient(gateway.As(Role.Engineer));

        var feed = await client.Feed(null, 10, Ct);
        var unknown = await client.Inference("req_nobody", Ct);
        using var answered = await gateway.Post(GatewayService.Ask("lonely", "hello"));
        var given = await client.Give(new GiveFeedback(GatewayService.RequestId(answered), true, null, null), Ct);

        Assert.Equal((RefusalKind.Upstream, "database-away"), (feed.Refusal!.Kind, feed.Refusal.Code));
        Assert.Equal((RefusalKind.Upstream, "database-away"), (unknown.Refusal!.Kind, unknown.Refusal.Code));
        Assert.Equal("Please help: hello", await GatewayService.Said(answered));
        Assert.False(given.Refused);
    }

    [Fact]
    public async Task A_file_that_was_tampered_with_is_not_served()
    {
        await using var gateway = new GatewayService();
        await gateway.InitializeAsync();
        var serving = gateway.Get<Serving>();
        var signed = gateway.Snapshot([Bundles.Route("theirs", null)]);

        await serving.Keep(signed with { Payload = signed.Payload.Replace("theirs", "evil", StringComparison.Ordinal) }, Ct);
        await serving.Restore(Ct);

        Assert.Null(serving.State);
    }

    [Fact]
    public async Task An_installation_without_routes_is_ready()
    {
        await using var gateway = new GatewayService();
        await gateway.InitializeAsync();
        gateway.Releases = _ => Task.FromResult(StubHttp.Json(gateway.Secret.Sign(Json.Write(new RouteSnapshot(0, gateway.Clock.Now, [], [])))));

        await gateway.Worker<SnapshotWorker>().Pass(Ct);

        using var health = await gateway.CreateClient().GetAsync("/health", Ct);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    private sealed class Kept(string storage) : GatewayService
    {
        public string? Postgres { get; init; }

        protected override void ConfigureWebHost(Microsoft.AspNetCore.Hosting.IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.UseSetting("Storage:Folder", storage);
            if (Postgres is not null)
                builder.UseSetting("ConnectionStrings:gateway", Postgres);
        }
    }
}
