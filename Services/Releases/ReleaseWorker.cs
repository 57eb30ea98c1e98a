namespace LlmOps.Releases;

/// <summary>The controller. Each pass looks at every running release afresh, so a missed pass costs only time, and any number of replicas may look.</summary>
public sealed class ReleaseWorker(ReleaseStore store, Survey survey, TimeProvider clock, ILogger<ReleaseWorker> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(400);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await log.Guard(() => Pass(stoppingToken));
    }

    public async Task Pass(CancellationToken ct)
    {
        foreach (var release in await store.Running(ct))
            await log.Guard(() => Look(release, ct)); // one sick release never starves the rest
    }

    private async Task Look(Release seen, CancellationToken ct)
    {
        // Asked before the row is locked: no network call ever runs inside a transaction.
        var facts = await survey.Of(seen, ct);
        var now = clock.GetUtcNow();
        await store.Change(seen.Id, (release, route) => release.Revision == seen.Revision
            ? Step.Of(release, route, facts, now)
            : Refusal.Conflict("moved-meanwhile", $"Release {release.Id} is at revision {release.Revision} by now; these facts are of {seen.Revision}."), caller: null, now, ct);
    }
}
