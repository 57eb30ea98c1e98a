using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace LlmOps.LocalHosting.Dashboard;

/// <summary>Tells the dashboard what runs: the gRPC service <c>aspire.v1.DashboardService</c>, of which it needs little.</summary>
internal sealed class ResourceService : IAsyncDisposable
{
    private const string Path = "/aspire.v1.DashboardService/";
    private const int Unimplemented = 12; // gRPC status

    private readonly WebApplication server;

    private ResourceService(WebApplication server) => this.server = server;

    public static async Task<ResourceService> Start(Uri address, string key, ResourceBoard board, TimeProvider clock, CancellationToken ct)
    {
        var since = clock.GetUtcNow();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(address.Port, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        var stopping = app.Lifetime.ApplicationStopping;
        app.Use((context, next) => Knows(context, key) ? next(context) : Refuse(context));
        app.MapPost(Path + "GetApplicationInformation", context => One(context, new ProtoMessage().Text(1, "LlmOps")));
        app.MapPost(Path + "WatchResources", context => Stream(context, end => Resources(board, since, end), stopping));
        app.MapPost(Path + "WatchResourceConsoleLogs", async context =>
        {
            var name = ProtoMessage.TextIn(await Question(context), 1);
            await Stream(context, end => Output(board, name, end), stopping);
        });
        app.MapPost(Path + "WatchInteractions", context => Stream(context, Nothing, stopping)); // held open: we ask nothing
        app.MapFallback(context => End(context, Unimplemented));
        await app.StartAsync(ct);
        return new ResourceService(app);
    }

    public Task Stop() => server.StopAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static async IAsyncEnumerable<ProtoMessage> Resources(ResourceBoard board, DateTimeOffset since, [EnumeratorCancellation] CancellationToken ct)
    {
        yield return new ProtoMessage().Message(1, new ProtoMessage().Messages(1, board.All().Select(state => ResourceMessage.Of(state, since))));
        await foreach (var state in board.Watch(ct))
            yield return new ProtoMessage().Message(2, new ProtoMessage().Message(1, new ProtoMessage().Message(2, ResourceMessage.Of(state, since))));
    }

    private static async IAsyncEnumerable<ProtoMessage> Output(ResourceBoard board, string name, [EnumeratorCancellation] CancellationToken ct)
    {
        if (board.OutputOf(name) is not { } output)
            yield break;
        await foreach (var line in output.Watch(ct))
            yield return new ProtoMessage().Message(1, new ProtoMessage().Text(1, line.Text).Flag(2, line.IsError).Number(3, line.Number));
    }

    private static async IAsyncEnumerable<ProtoMessage> Nothing([EnumeratorCancellation] CancellationToken ct)
    {
        await Task.Delay(Timeout.Infinite, ct);
        yield break;
    }

    private static bool Knows(HttpContext context, string key) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(context.Request.Headers["x-resource-service-api-key"].ToString()), Encoding.ASCII.GetBytes(key));

    private static Task Refuse(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    private static async Task One(HttpContext context, ProtoMessage answer)
    {
        context.Response.ContentType = "application/grpc";
        await Send(context, answer, context.RequestAborted);
        await End(context, status: 0);
    }

    private static async Task Stream(HttpContext context, Func<CancellationToken, IAsyncEnumerable<ProtoMessage>> answers, CancellationToken stopping)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        context.Response.ContentType = "application/grpc";
        await context.Response.StartAsync(end.Token);
        try
        {
            await foreach (var answer in answers(end.Token))
                await Send(context, answer, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The dashboard looked away, or the host stops: the stream ends in order.
        }
        await End(context, status: 0);
    }

    private static async Task Send(HttpContext context, ProtoMessage message, CancellationToken ct)
    {
        var bytes = message.ToBytes();
        var frame = new byte[5 + bytes.Length]; // not compressed, the length, the message
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), bytes.Length);
        bytes.CopyTo(frame, 5);
        await context.Response.Body.WriteAsync(frame, ct);
        await context.Response.Body.FlushAsync(ct);
    }

    private static async Task<byte[]> Question(HttpContext context)
    {
        var frame = new byte[5];
        await context.Request.Body.ReadExactlyAsync(frame, context.RequestAborted);
        var message = new byte[Math.Clamp(BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(1)), 0, 1 << 16)];
        await context.Request.Body.ReadExactlyAsync(message, context.RequestAborted);
        return message;
    }

    private static Task End(HttpContext context, int status)
    {
        if (!context.Response.HasStarted)
            context.Response.ContentType = "application/grpc";
        if (!context.RequestAborted.IsCancellationRequested)
            context.Response.AppendTrailer("grpc-status", status.ToString(CultureInfo.InvariantCulture));
        return Task.CompletedTask;
    }
}
