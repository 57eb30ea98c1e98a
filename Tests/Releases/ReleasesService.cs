using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using LlmOps.Pricing;
using LlmOps.Releases;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Tests.Releases;

/// <summary>Releases on its own database, with neighbours that answer at the wire from what a test puts here.</summary>
public sealed class ReleasesService() : TestService<ReleaseStore>("releases")
{
    public const string Policy = """
        alpha: 0.05
        approvals: { required: 1, roles: [lead, product] }
        release:
          ladder: [10, 50, 100]
          dwell: 10s
          min_requests: 200
          shadow: { mode: blocking, soak: 10s }
          watch:
          - { metric: error_rate, max_increase: 0.05 }
          rollback: { window: 20s, error_rate: 0.2, p99_ms: 10000 }
          no_unit: stable
        """;

    public ConcurrentDictionary<string, string> LintPolicies { get; } = new();
    public ConcurrentQueue<MoveLabel> Labels { get; } = new();
    public ConcurrentQueue<ProposalApproval> Approvals { get; } = new();
    public ConcurrentQueue<StartRun> Started { get; } = new();
    public ConcurrentDictionary<string, IReadOnlyList<Finding>> Findings { get; } = new();

    /// <summary>Prompts answers a request when this is done.</summary>
    public Func<HttpRequestMessage, Task> Holding { get; set; } = _ => Task.CompletedTask;

    /// <summary>Prompts answers nothing while this holds.</summary>
    public bool PromptsAway { get; set; }

    public Func<StartRun, Verdict?> Judge { get; set; } = _ => Verdict.Pass;

    public FeedPage Feed { get; set; } = new([], "start");

    public async Task<AppView> App(string app, string policy = Policy)
    {
        var releases = new ReleasesClient(As(Role.Engineer));
        var put = await releases.PutApp(app, new(app, "golden", "release"), default);
        Assert.Null((await releases.PutPolicy("release", new(app, policy), default)).Refusal);
        return put.Value ?? throw new InvalidOperationException(put.Refusal!.Detail);
    }

    public async Task<BundleView> Bundle(string app, string version, Role author = Role.Engineer)
    {
        var made = await new ReleasesClient(As(author)).CreateBundle(new(app, "agent", version, null, null), default);
        return made.Value ?? throw new InvalidOperationException(made.Refusal!.Detail);
    }

    public async Task<ReleaseView> Release(string app, string version)
    {
        var bundle = await Bundle(app, version);
        var opened = await new ReleasesClient(As(Role.Engineer)).Open(new(bundle.Id, $"release of {version}"), default);
        return opened.Value ?? throw new InvalidOperationException(opened.Refusal!.Detail);
    }

    /// <summary>The first release of an app, taken all the way to done.</summary>
    public async Task<ReleaseView> Live(string app, string version)
    {
        var release = await Release(app, version);
        await Approve(release.Id);
        await Until(release.Id, "live");
        Clock.Advance(TimeSpan.FromSeconds(21));
        return await Until(release.Id, "done");
    }

    public async Task Approve(string release) =>
        Assert.Null((await new ReleasesClient(As(Role.Lead)).Act(release, "approve", new("looks right"), default)).Refusal);

    public async Task<ReleaseView> Find(string release) =>
        (await new ReleasesClient(As(Role.Viewer)).Release(release, default)).Value!;

    public async Task<RouteEntry> Route(string app)
    {
        var signed = (await new ReleasesClient(AsService("gateway")).Snapshot(default)).Value!;
        Assert.True(Secret.Verify(signed));
        return Json.Read<RouteSnapshot>(signed.Payload).Routes.Single(route => route.App == app);
    }

    public async Task Step(int times = 1)
    {
        var worker = ActivatorUtilities.CreateInstance<ReleaseWorker>(Services);
        for (var i = 0; i < times; i++)
            await worker.Pass(default);
    }

    /// <summary>Steps until it stands in that phase.</summary>
    public async Task<ReleaseView> Until(string release, string phase)
    {
        for (var i = 0; i < 8; i++)
        {
            await Step();
            if (await Find(release) is { } view && view.Phase == phase)
                return view;
        }
        throw new InvalidOperationException($"{release} never came to {phase}: {await Find(release)}");
    }

    /// <summary>Approved, and its copies run as a shadow.</summary>
    public async Task<ReleaseView> Shadowing(string app, string version)
    {
        var release = await Release(app, version);
        await Approve(release.Id);
        return await Until(release.Id, "shadowing");
    }

    /// <summary>On the first rung, after a clean shadow.</summary>
    public async Task<ReleaseView> Canary(string app, string version)
    {
        var release = await Shadowing(app, version);
        await Traffic(release, Arm.Shadow, requests: 500, errors: 0);
        Clock.Advance(TimeSpan.FromSeconds(10));
        return await Until(release.Id, "canary");
    }

    /// <summary>Requests of both arms arrive through the feed.</summary>
    public async Task Traffic(ReleaseView release, Arm arm, long requests, long errors, long stable = 1000)
    {
        var items = Enumerable.Range(0, (int)(requests + stable)).Select(i => new FeedItem(Inference(release, i < requests ? arm : Arm.Stable, i < errors ? Outcome.Error : Outcome.Ok), null));
        Feed = new([.. items], $"{Guid.CreateVersion7()}");
        await ActivatorUtilities.CreateInstance<FeedWorker>(Services).Pass(default);
    }

    public static InferenceRecord Inference(ReleaseView release, Arm arm, Outcome outcome, double latencyMs = 20) => new(
        $"req_{Guid.CreateVersion7():n}", 1, "gateway-1", release.App, release.Route, arm, release.Id, release.Step, arm == Arm.Stable ? release.Previous ?? "" : release.Bundle, "label", "embedded/echo",
        null, null, null, "key", null, default, latencyMs, null, outcome, null, null, TokenUsage.Of(10, 5), false, [], "hash", 1, 1, null);

    protected override void Arrange(IServiceCollection services)
    {
        services.Stand<PromptsClient>(Prompts);
        services.Stand<EvalsClient>(Evals);
        services.Stand<CostsClient>(_ => Answer(new PriceBookView(PriceBook.BuiltIn.Version, Json.Write(PriceBook.BuiltIn))));
        services.Stand<IndexesClient>(_ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound)));
        services.Stand<GatewayClient>(request => Answer(request.RequestUri!.Query.Contains(Uri.EscapeDataString(Feed.Cursor), StringComparison.Ordinal) ? Feed with { Items = [] } : Feed));
    }

    private async Task<HttpResponseMessage> Prompts(HttpRequestMessage request)
    {
        await Holding(request);
        if (PromptsAway)
            throw new HttpRequestException("away");
        switch (request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            case ["lint-policies"]:
                var lint = (await request.Content!.ReadFromJsonAsync<PutLintPolicy>(Json.Options))!;
                LintPolicies[lint.App] = lint.PolicyText;
                return StubHttp.Json(lint);
            case ["prompts", var name, "labels", _]:
                var move = (await request.Content!.ReadFromJsonAsync<MoveLabel>(Json.Options))!;
                Labels.Enqueue(move);
                return StubHttp.Json(new PromptView(move.App, name, move.Version, new Dictionary<string, string>(), [], 0, default));
            case ["prompts", var name, "versions", var version]:
                var app = request.RequestUri.Query.Split('=')[1];
                var text = $"version: {version}\nmodel: {(version.StartsWith('9') ? "openai/gpt-9@2030-01-01" : "embedded/extractive")}\nsystem_prompt: Answer as {app} does in {version}.\n";
                return StubHttp.Json(new PromptVersionView(app, name, version, ContentHash.OfText(text), text, "embedded/extractive", "engineer@local", null, null, [], Findings.GetValueOrDefault(version, []), default));
            case ["proposals", "approvals"]:
                var after = long.Parse(request.RequestUri.Query.Split('=')[1]);
                return StubHttp.Json(Approvals.Where(approval => approval.Position > after).ToArray());
            default:
                return new HttpResponseMessage(HttpStatusCode.NotFound);
        }
    }

    private async Task<HttpResponseMessage> Evals(HttpRequestMessage request)
    {
        if (request.Method == HttpMethod.Post)
            Started.Enqueue((await request.Content!.ReadFromJsonAsync<StartRun>(Json.Options))!);
        var id = request.Method == HttpMethod.Post ? IdOf(Started.Last()) : request.RequestUri!.Segments[^1];
        var run = Started.Last(started => IdOf(started) == id);
        return StubHttp.Json(new RunView(
            id, run.App, run.Suite, run.Bundle, run.Baseline, "golden", new string('a', 64), "policy", RunState.Finished, 20, 20, Judge(run),
            Judge(run) == Verdict.Fail ? [new("accuracy", "edge", 20, 0.9, 0.5, -40, "pp", new(-50, -30), 2, "tango", Verdict.Fail, true, null, null, "accuracy is -40 pp; allowed is 2 pp less.")] : [],
            run.RequestedBy, default, default, null));
    }

    private static string IdOf(StartRun run) => $"run_{ContentHash.Of(run)}";

    private static Task<HttpResponseMessage> Answer<T>(T value) => Task.FromResult(StubHttp.Json(value));
}
