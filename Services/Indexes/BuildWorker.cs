using LlmOps.Retrieval;
using Npgsql;

namespace LlmOps.Indexes;

/// <summary>Builds the versions that were ordered, in any number of replicas: a lease says who, and a dead worker's build goes on where it stopped.</summary>
public sealed partial class BuildWorker(IndexVersionStore versions, IndexBuild build, SegmentFiles files, TimeProvider clock, ILogger<BuildWorker> log) : BackgroundService
{
    /// <summary>Longer than a batch takes, which renews it; how long a dead worker's build waits.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await log.Guard(() => Pass(stoppingToken));
    }

    public async Task Pass(CancellationToken ct)
    {
        while (await versions.Claim(clock.GetUtcNow(), Lease, ct) is { } version)
            await log.Guard(() => Step(version, ct));
    }

    private async Task Step(IndexVersion version, CancellationToken ct)
    {
        if (version.Tries > IndexVersion.MostTries)
        {
            await versions.Fail(version, $"{IndexVersion.MostTries} workers died over this build. Read their logs; order it again when the cause is gone.", ct);
            return;
        }
        try
        {
            var segment = await build.Make(version, batch => versions.Paid(version, batch, clock.GetUtcNow() + Lease, ct), ct);
            if (segment.Refused)
                await versions.Fail(version, segment.Refusal.Detail, ct);
            else
                await Finish(version, segment.Value, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException and not NpgsqlException) // without its database a build waits; anything else is told to whoever ordered it
        {
            await versions.Fail(version, e.Message, ct);
            Failed(log, version.Id, e);
        }
    }

    private async Task Finish(IndexVersion version, Segment segment, CancellationToken ct)
    {
        var sha256 = await files.Write(version.Id, segment, ct);
        await versions.Ready(version, segment.Chunks.Count, sha256, clock.GetUtcNow(), ct);
    }

    [LoggerMessage(LogLevel.Error, "The build of {Version} failed")]
    private static partial void Failed(ILogger log, string version, Exception e);
}
