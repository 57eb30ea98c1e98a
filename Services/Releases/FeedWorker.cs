namespace LlmOps.Releases;

/// <summary>Reads the gateways' feed into the evidence.</summary>
public sealed class FeedWorker(EvidenceStore store, GatewayClient gateway, TimeProvider clock, ILogger<FeedWorker> log) : BackgroundService
{
    private const int PageSize = 1000;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await log.Guard(() => Pass(stoppingToken));
    }

    /// <summary>Reads until the feed has nothing more or is away.</summary>
    public async Task Pass(CancellationToken ct)
    {
        while (true)
        {
            var after = await store.Cursor(ct);
            var page = await gateway.Feed(after, PageSize, ct);
            if (page.Refused || page.Value.Items.Count == 0)
                return;
            await store.Take(after, page.Value, ct);
        }
    }
}
