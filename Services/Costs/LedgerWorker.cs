namespace LlmOps.Costs;

/// <summary>Reads the gateway's feed into the ledger. The cursor moves with the rows, so every inference counts once, whatever crashes.</summary>
public sealed partial class LedgerWorker(GatewayClient gateway, LedgerStore ledger, PriceBookStore prices, TimeProvider clock, ILogger<LedgerWorker> log)
    : BackgroundService
{
    private const int PageSize = 500;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private string? held; // why the feed could not be read last time: said once, not every second

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await log.Guard(() => Pass(stoppingToken));
    }

    /// <summary>Takes page after page until the feed has no more.</summary>
    public async Task Pass(CancellationToken ct)
    {
        while (await Take(ct) == PageSize)
        {
        }
    }

    private async Task<int> Take(CancellationToken ct)
    {
        var after = await ledger.Cursor(ct);
        var page = await gateway.RawFeed(after, PageSize, ct);
        if (page.Refused)
        {
            if (page.Refusal.Detail != held)
                Held(log, page.Refusal.Detail);
            held = page.Refusal.Detail;
            return 0;
        }
        held = null;
        if (page.Value.Items.Count == 0)
            return 0;

        var read = LedgerPage.Of(page.Value, await prices.All(ct));
        foreach (var item in read.Quarantined)
            SetAside(log, item.Reason);
        return await ledger.Book(read, after, page.Value.Cursor, clock.GetUtcNow(), ct) ? page.Value.Items.Count : 0;
    }

    [LoggerMessage(LogLevel.Warning, "The ledger waits for the gateway's feed: {Why}")]
    private static partial void Held(ILogger log, string why);

    [LoggerMessage(LogLevel.Warning, "A feed item cannot be booked and is in quarantine: {Why}")]
    private static partial void SetAside(ILogger log, string why);
}
