using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmOps;

/// <summary>Keeps the keys fresh from Releases and the last good snapshot on disk, so that a process starts and serves without it.</summary>
public sealed class AccessWorker(ReleasesClient releases, AccessCache access, IOptions<StorageOptions> storage, TimeProvider clock, ILogger<AccessWorker> log)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private string File => Path.Combine(storage.Value.Sub("access"), "access.json");

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (System.IO.File.Exists(File))
            await log.Guard(async () => access.Take(Json.Read<Signed>(await System.IO.File.ReadAllTextAsync(File, cancellationToken))));
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        do
            await log.Guard(() => Pass(stoppingToken));
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public async Task Pass(CancellationToken ct)
    {
        var snapshot = await releases.Access(ct);
        if (snapshot.Refused || !access.Take(snapshot.Value))
            return;
        var fresh = File + ".new";
        await System.IO.File.WriteAllTextAsync(fresh, Json.Write(snapshot.Value), ct);
        System.IO.File.Move(fresh, File, overwrite: true);
    }
}

public static class AccessRefresh
{
    /// <summary>For every process but Releases, which owns the keys.</summary>
    public static void AddAccessRefresh(this IServiceCollection services)
    {
        services.AddNeighbour<ReleasesClient>("releases");
        services.AddHostedService<AccessWorker>();
        services.AddHealthChecks().AddCheck<AccessKnown>("keys");
    }

    private sealed class AccessKnown(AccessCache access) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
            Task.FromResult(access.Revision >= 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("No snapshot of keys yet: Releases has not answered and none is on disk."));
    }
}
