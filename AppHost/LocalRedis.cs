using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LlmOps.AppHost;

/// <summary>A private Redis that keeps nothing on disk.</summary>
internal static class LocalRedis
{
    public static IResourceBuilder<IResourceWithConnectionString> AddTo(IDistributedApplicationBuilder builder, Installation installation)
    {
        var isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "redis-server")));
        if (!isThere)
            installation.Halt("there is no redis-server on this machine. Install it (Debian, Ubuntu: apt-get install redis-server; the system's own is not used), or name a server in ConnectionStrings__redis.");

        var password = builder.AddParameter("redis-password", () => installation.Data.Secret("redis-password"), secret: true);
        var server = builder.AddExecutable("redis-server", "/bin/sh", builder.AppHostDirectory, "server.sh", "redis")
            .WithEndpoint(port: installation.Ports.Free(), scheme: "tcp", name: "tcp", env: "SERVER_PORT", isProxied: false)
            .WithEnvironment("SERVER_PASSWORD", password);
        var tcp = server.GetEndpoint("tcp");
        builder.Services.AddHealthChecks().AddAsyncCheck("redis", ct => Probe(tcp.Port, ct));
        server.WithHealthCheck("redis");
        return builder.AddConnectionString("redis", ReferenceExpression.Create($"127.0.0.1:{tcp.Property(EndpointProperty.Port)},password={password}")).WithParentRelationship(server).WaitFor(server);
    }

    /// <summary>Any answer in Redis's language will do, the demand for a password included.</summary>
    private static async Task<HealthCheckResult> Probe(int port, CancellationToken ct)
    {
        var answer = await TcpProbe.Ask(port, "PING\r\n"u8.ToArray(), ct);
        return answer is [(byte)'+' or (byte)'-', ..] ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("Redis does not answer yet");
    }
}
