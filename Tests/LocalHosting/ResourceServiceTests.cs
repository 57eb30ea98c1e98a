using System.Net;
using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using LlmOps.LocalHosting;
using LlmOps.LocalHosting.Dashboard;

namespace LlmOps.Tests.LocalHosting;

/// <summary>What the dashboard would see, over real HTTP/2.</summary>
public sealed class ResourceServiceTests : IAsyncLifetime
{
    private const string Key = "k1";

    private readonly ResourceBoard board;
    private readonly ExecutableResource service;
    private readonly Uri address = new($"http://localhost:{Ports.Free()}");
    private readonly HttpClient http = new() { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    private ResourceService? server;

    public ResourceServiceTests()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        service = builder.AddExecutable("service", "/bin/true", "/").WithHttpEndpoint(port: 4004).Resource;
        service.Annotations.OfType<EndpointAnnotation>().Single().AllocatedPort = 4004;
        board = new ResourceBoard([service]);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => server = await ResourceService.Start(address, Key, board, TimeProvider.System, Ct);

    [Fact]
    public async Task A_stranger_without_the_key_is_refused()
    {
        using var answer = await Ask("GetApplicationInformation", [], key: "other");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task The_application_says_its_name_and_ends_well()
    {
        using var answer = await Ask("GetApplicationInformation", []);
        var body = await answer.Content.ReadAsByteArrayAsync(Ct);

        Assert.Equal("LlmOps", ProtoMessage.TextIn(body.AsSpan(5), 1));
        Assert.Equal("0", answer.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task The_resources_come_first_and_then_each_change()
    {
        using var answer = await Ask("WatchResources", []);
        await using var stream = await answer.Content.ReadAsStreamAsync(Ct);

        var initial = Text(await Frame(stream));
        board.Change(service, state => state with { Phase = Phase.Running, Healthy = true });
        var changes = "";
        while (!changes.Contains("success", StringComparison.Ordinal))
            changes += Text(await Frame(stream));

        Assert.Contains("Waiting", initial, StringComparison.Ordinal);
        Assert.Contains("http://localhost:4004", initial, StringComparison.Ordinal);
        Assert.Contains("Running", changes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_kept_output_comes_first_and_then_each_line()
    {
        board.OutputOf("service")!.Add("kept line", isError: false);
        using var answer = await Ask("WatchResourceConsoleLogs", new ProtoMessage().Text(1, "service").ToBytes());
        await using var stream = await answer.Content.ReadAsStreamAsync(Ct);

        var kept = Text(await Frame(stream));
        board.OutputOf("service")!.Add("new line", isError: true);
        var next = Text(await Frame(stream));

        Assert.Contains("kept line", kept, StringComparison.Ordinal);
        Assert.Contains("new line", next, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server!.Stop();
        await server.DisposeAsync();
    }

    private Task<HttpResponseMessage> Ask(string method, byte[] message, string key = Key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, $"/aspire.v1.DashboardService/{method}"))
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, (byte)message.Length, .. message]),
        };
        request.Headers.Add("x-resource-service-api-key", key);
        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
    }

    private static async Task<byte[]> Frame(Stream stream)
    {
        var head = new byte[5];
        await stream.ReadExactlyAsync(head, Ct);
        var message = new byte[head[3] << 8 | head[4]];
        await stream.ReadExactlyAsync(message, Ct);
        return message;
    }

    private static string Text(byte[] message) => Encoding.UTF8.GetString(message);
}
