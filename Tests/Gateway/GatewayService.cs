using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using LlmOps.Gateway;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Tests.Gateway;

/// <summary>The gateway on its own database and journal; index, controller and provider answer as the test says.</summary>
public class GatewayService() : TestService<InferenceStore>("gateway")
{
    private long revision;

    public Func<HttpRequestMessage, Task<HttpResponseMessage>> Index { get; set; } = Away;
    public Func<HttpRequestMessage, Task<HttpResponseMessage>> Releases { get; set; } = Away;
    public Func<HttpRequestMessage, Task<HttpResponseMessage>> Costs { get; set; } = Away;
    public Func<HttpRequestMessage, Task<HttpResponseMessage>> Provider { get; set; } = Away;

    public static Task<HttpResponseMessage> Away(HttpRequestMessage request) => throw new HttpRequestException(HttpRequestError.ConnectionError, "away");

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    public T Worker<T>() => ActivatorUtilities.CreateInstance<T>(Services);

    public Signed Snapshot(IEnumerable<RouteEntry> routes, params IEnumerable<ResolvedBundle> bundles) =>
        Secret.Sign(Json.Write(new RouteSnapshot(Interlocked.Increment(ref revision), Clock.Now, [.. routes], [.. bundles])));

    public void Serve(RouteEntry route, params IEnumerable<ResolvedBundle> bundles) => Assert.True(Get<Serving>().Take(Snapshot([route], bundles)));

    /// <summary>Serves one stable bundle under a name.</summary>
    public void Serve(string route, ResolvedBundle stable) => Serve(Bundles.Route(route, stable), stable);

    public static JsonObject Ask(string route, string text, bool stream = false) => new()
    {
        ["model"] = route,
        ["stream"] = stream,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text }),
    };

    public async Task<HttpResponseMessage> Post(JsonObject body, string? bundle = null, Role role = Role.Engineer, string path = "/v1/chat/completions")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (bundle is not null)
            request.Headers.Add("x-llmops-bundle", bundle);
        return await As(role).SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Ships the journal and reads the whole feed.</summary>
    public async Task<IReadOnlyList<FeedItem>> Feed()
    {
        var ct = TestContext.Current.CancellationToken;
        await Worker<ShipWorker>().Pass(ct);
        var feed = new GatewayClient(AsService("costs"));
        var items = new List<FeedItem>();
        for (var page = (await feed.Feed(null, 1000, ct)).Value!; page.Items.Count > 0; page = (await feed.Feed(page.Cursor, 1000, ct)).Value!)
            items.AddRange(page.Items);
        return items;
    }

    public async Task<InferenceRecord> Recorded(string requestId) =>
        Assert.Single(await Feed(), item => item.Inference?.RequestId == requestId).Inference!;

    public static string RequestId(HttpResponseMessage response) => Assert.Single(response.Headers.GetValues("x-request-id"));

    public static async Task<JsonObject> Read(HttpResponseMessage response) => (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

    public static async Task<string> Said(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await Read(response))["choices"]![0]!["message"]!["content"]!.ToString();
    }

    /// <summary>Asserts an error in OpenAI's shape and answers its code.</summary>
    public static async Task<string?> ErrorCode(HttpResponseMessage response)
    {
        var error = Assert.IsType<JsonObject>((await Read(response))["error"]);
        Assert.Equal(["code", "message", "param", "type"], error.Select(field => field.Key).Order());
        Assert.StartsWith("req_", RequestId(response), StringComparison.Ordinal);
        return error["code"]?.ToString();
    }

    public static HttpResponseMessage Events(params IEnumerable<string> data) => new(HttpStatusCode.OK)
    {
        Content = new StringContent(string.Concat(data.Select(line => $"data: {line}\n\n")), Encoding.UTF8, "text/event-stream"),
    };

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("Providers:openai:BaseUrl", "http://provider.invalid/v1");
        builder.UseSetting("Providers:openai:ApiKey", "sk-provider");
    }

    protected override void Arrange(IServiceCollection services)
    {
        services.Stand<IndexesClient>(request => Index(request));
        services.Stand<ReleasesClient>(request => Releases(request));
        services.Stand<CostsClient>(request => Costs(request));
        services.AddHttpClient(Models.Client).ConfigurePrimaryHttpMessageHandler(() => new StubHttp(request => Provider(request)));
    }
}
