using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Tests.Journeys;

/// <summary>What one can see of a call from outside: a trace through every process it passes, metrics and logs that say which bundle answered.</summary>
[Collection(nameof(RunningStack))]
public sealed class TraceTests(RunningStack stack)
{
    private const int Server = 2, Client = 3;

    private readonly string app = $"traced-{Guid.CreateVersion7().ToString("n")[^8..]}";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_trace_runs_from_the_clients_call_through_gateway_and_index_to_the_database()
    {
        var bundle = await BundleOfAFreshApp();
        var (trace, own) = NewTrace();

        var request = Ask(trace, own);
        request.Headers.Add("x-llmops-bundle", bundle);
        await Sent("gateway", request);

        // The first question to an index version loads it; later ones are answered from memory.
        var gateway = await SpanOf(trace, "gateway", span => span is { Kind: Server, Source: "Microsoft.AspNetCore" });
        var chat = await SpanOf(trace, "gateway", span => span.Name == "chat extractive");
        var retrieval = await SpanOf(trace, "gateway", span => span.Name == "retrieval handbook");
        var call = await SpanOf(trace, "gateway", span => span is { Kind: Client, Source: "System.Net.Http" });
        var index = await SpanOf(trace, "indexes", span => span.Kind == Server);
        var database = await SpanOf(trace, "indexes", span => span.Source == "Npgsql");
        Assert.Equal(own, gateway.Parent);
        Assert.Equal("POST /v1/chat/completions", gateway.Name);
        Assert.Equal("200", gateway.Tags["http.response.status_code"]);
        Assert.Equal(gateway.Id, chat.Parent);
        Assert.Equal(gateway.Id, retrieval.Parent);
        Assert.Equal(retrieval.Id, call.Parent);
        Assert.Equal(call.Id, index.Parent);
        Assert.Equal("POST /index-versions/{id}/query", index.Name);
        Assert.Equal(index.Id, database.Parent);
        Assert.Equal((bundle, app, "eval"), (chat.Tags["llmops.bundle"], chat.Tags["llmops.route"], chat.Tags["llmops.arm"]));
    }

    [Fact]
    public async Task Span_metric_and_log_of_a_routed_call_carry_bundle_route_and_arm()
    {
        var bundle = await BundleOfAFreshApp();
        await GoLive(bundle);
        var (trace, own) = NewTrace();

        await Sent("gateway", Ask(trace, own));

        var chat = await SpanOf(trace, "gateway", span => span.Name == "chat extractive");
        var log = await Told(() => stack.Telemetry.LogsOf(trace).FirstOrDefault(log => log.Text.StartsWith("Answered", StringComparison.Ordinal) && log.Service == "gateway"));
        var metric = await Told(() => stack.Telemetry.Points.FirstOrDefault(point =>
            point is { Service: "gateway", Metric: "llmops.gateway.requests_total" } && point.Tags["route"] == app && point.Tags["arm"] == "stable"));
        Assert.Equal((bundle, app, "stable"), (chat.Tags["llmops.bundle"], chat.Tags["llmops.route"], chat.Tags["llmops.arm"]));
        Assert.Equal((bundle, app, "stable"), (log.Tags["bundle"], log.Tags["route"], log.Tags["arm"]));
        Assert.Equal(bundle, metric.Tags["bundle"]);
    }

    [Fact]
    public async Task A_question_to_the_consoles_address_is_one_trace_down_to_its_owners_database()
    {
        var (trace, own) = NewTrace();

        await Sent("web", Traced(HttpMethod.Get, "api/bundles", trace, own));

        var web = await SpanOf(trace, "web", span => span.Kind == Server);
        var forwarded = await SpanOf(trace, "web", span => span is { Kind: Client, Source: "System.Net.Http" });
        var releases = await SpanOf(trace, "releases", span => span.Kind == Server);
        var database = await SpanOf(trace, "releases", span => span.Source == "Npgsql");
        Assert.Equal((own, web.Id, forwarded.Id, releases.Id), (web.Parent, forwarded.Parent, releases.Parent, database.Parent));
    }

    private static HttpRequestMessage Traced(HttpMethod method, string path, string trace, string span) =>
        new(method, new Uri(path, UriKind.Relative)) { Headers = { { "traceparent", $"00-{trace}-{span}-01" } } };

    private HttpRequestMessage Ask(string trace, string span)
    {
        var request = Traced(HttpMethod.Post, "v1/chat/completions", trace, span);
        request.Content = JsonContent.Create(new JsonObject
        {
            ["model"] = app, ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Until when can I have breakfast on a Sunday?" }),
        });
        return request;
    }

    private (string Trace, string Span) NewTrace()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        stack.Telemetry.Watch(trace);
        return (trace, ActivitySpanId.CreateRandom().ToHexString());
    }

    private async Task Sent(string process, HttpRequestMessage request)
    {
        using var client = stack.Client(process, Role.Engineer);
        using var answer = await client.SendAsync(request, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    private Task<OtlpReceiver.Span> SpanOf(string trace, string service, Predicate<OtlpReceiver.Span> which) =>
        Told(() => stack.Telemetry.SpansOf(trace).FirstOrDefault(span => span.Service == service && which(span)));

    /// <summary>Telemetry comes in batches, some time after the fact.</summary>
    private static async Task<T> Told<T>(Func<T?> look) where T : class
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (look() is { } found)
                return found;
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(1), "it did not arrive");
            await Task.Delay(100, Ct);
        }
    }

    /// <summary>An application of its own, so that its index version was never asked before.</summary>
    private async Task<string> BundleOfAFreshApp()
    {
        var parent = RunningStack.NewFolder();
        await Done("init", Path.Combine(parent, app));
        await Done("push", Path.Combine(parent, app));
        Directory.Delete(parent, recursive: true);
        using var http = stack.Client("releases", Role.Engineer);
        return Sure(await new ReleasesClient(http).CreateBundle(new CreateBundle(app, "guest-agent", null, null, null), Ct)).Id;
    }

    private async Task GoLive(string bundle)
    {
        using var engineer = stack.Client("releases", Role.Engineer);
        using var lead = stack.Client("releases", Role.Lead);
        var release = Sure(await new ReleasesClient(engineer).Open(new OpenRelease(bundle, "the first"), Ct));
        await Until(new ReleasesClient(lead), release.Id, "awaiting-approval");
        Sure(await new ReleasesClient(lead).Act(release.Id, "approve", new ReleaseAction("no gate failed"), Ct));
        await Until(new ReleasesClient(lead), release.Id, "live");
        using var caller = stack.Client("gateway", Role.Engineer);
        while (!(await caller.SendAsync(Ask(NewTrace().Trace, "00f067aa0ba902b7"), Ct)).IsSuccessStatusCode)
            await Task.Delay(200, Ct); // its snapshot is a moment behind
    }

    private static async Task Until(ReleasesClient releases, string id, string phase)
    {
        while (Sure(await releases.Release(id, Ct)) is var release && release.Phase != phase)
        {
            Assert.False(release.Phase is "rejected" or "superseded" or "rolled-back", release.Waiting);
            await Task.Delay(200, Ct);
        }
    }

    private static T Sure<T>(Result<T> result) where T : class
    {
        Assert.False(result.Refused, result.Refusal?.Detail);
        return result.Value!;
    }

    private async Task Done(params string[] command)
    {
        var run = await Command.Run(Checkout.Root, new Dictionary<string, string> { ["LLMOPS_ENDPOINTS"] = stack.EndpointsFile }, command);
        Assert.True(run.Exit == 0, $"llmops {string.Join(' ', command)}: {run.Error}");
    }
}
