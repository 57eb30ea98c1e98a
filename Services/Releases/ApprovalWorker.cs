namespace LlmOps.Releases;

/// <summary>Pulls the approvals that reviewers give on proposals.</summary>
public sealed class ApprovalWorker(ApprovalStore store, PromptsClient prompts, TimeProvider clock, ILogger<ApprovalWorker> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await log.Guard(() => Pass(stoppingToken));
    }

    public async Task Pass(CancellationToken ct)
    {
        var after = await store.Cursor(ct);
        var page = await prompts.Approvals(after, ct);
        if (page is { Refused: false, Value.Count: > 0 })
            await store.Take(after, page.Value, clock.GetUtcNow(), ct);
    }
}
