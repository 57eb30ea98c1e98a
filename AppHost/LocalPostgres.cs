using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LlmOps.AppHost;

/// <summary>A private Postgres in the data folder, with a database per service.</summary>
internal static class LocalPostgres
{
    private const string User = "llmops";

    public static IReadOnlyDictionary<string, IResourceBuilder<IResourceWithConnectionString>> AddTo(
        IDistributedApplicationBuilder builder, string[] databases, Installation installation)
    {
        var data = installation.Data.Of("postgres");
        var programs = PostgresPrograms.Choose(PostgresPrograms.MadeBy(Path.Combine(data, "cluster")), PostgresPrograms.Installed());
        if (programs.Refused)
            installation.Halt(programs.Refusal.Detail);
        if (Directory.Exists(Path.Combine(data, "cluster")) && !File.Exists(installation.Data.Of("postgres-password")))
            installation.Halt($"the password of the database in {data} is gone: {installation.Data.Of("postgres-password")} is missing. Put it back, or start with empty data: ./run.sh --fresh.");

        var password = builder.AddParameter("postgres-password", () => installation.Data.Secret("postgres-password"), secret: true);
        var server = builder.AddExecutable("postgres", "/bin/sh", builder.AppHostDirectory, "server.sh", "postgres")
            .WithEndpoint(port: installation.Ports.Free(), scheme: "tcp", name: "tcp", env: "SERVER_PORT", isProxied: false)
            .WithEnvironment("SERVER_BIN", programs.Value)
            .WithEnvironment("SERVER_DATA", data)
            .WithEnvironment("SERVER_DATABASES", string.Join(' ', databases))
            .WithEnvironment("SERVER_PASSWORD", password);
        var tcp = server.GetEndpoint("tcp");
        builder.Services.AddHealthChecks().AddAsyncCheck("postgres", ct => Probe(tcp.Port, ct));
        server.WithHealthCheck("postgres");

        return databases.ToDictionary(name => name, name => (IResourceBuilder<IResourceWithConnectionString>)builder
            .AddConnectionString($"{name}-db", ReferenceExpression.Create(
                $"Host=127.0.0.1;Port={tcp.Property(EndpointProperty.Port)};Username={User};Password={password};Database={name}"))
            .WithParentRelationship(server).WaitFor(server));
    }

    /// <summary>Says hello as a client does. A server that is still starting answers E instead of R (authentication).</summary>
    private static async Task<HealthCheckResult> Probe(int port, CancellationToken ct)
    {
        byte[] hello = [.. Encoding.ASCII.GetBytes($"user\0{User}\0database\0postgres\0\0")];
        byte[] message = [0, 0, 0, (byte)(hello.Length + 8), 0, 3, 0, 0, .. hello];
        var answer = await TcpProbe.Ask(port, message, ct);
        return answer is [(byte)'R', ..] ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("Postgres does not accept connections yet");
    }
}
