namespace LlmOps.Gateway;

/// <summary>Ships the journal to the database. With the database away the journal grows, and is shipped when it is back.</summary>
public sealed partial class ShipWorker(Journal journal, InferenceStore store, TimeProvider clock, ILogger<ShipWorker> log) : BackgroundService
{
    private const int MostPerBatch = 1000;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var shipped = false;
            await log.Guard(async () =>
            {
                await Pass(stoppingToken);
                shipped = true;
            }, "shipping the journal");
            if (!shipped)
                await Task.Delay(AfterFailure, clock, stoppingToken);
        }
    }

    public Task Pass(CancellationToken ct) => Ship(journal, store, log, ct);

    /// <summary>Ships what a journal holds by now.</summary>
    internal static async Task Ship(Journal journal, InferenceStore store, ILogger<ShipWorker> log, CancellationToken ct)
    {
        var upTo = await journal.Sync(); // what is shipped is on disk here, too: its position is never given out again
        for (var position = await store.Position(journal.Gateway, ct); ;)
        {
            var (entries, damaged) = journal.Folder.After(position, upTo, MostPerBatch);
            if (damaged > 0)
                Skipped(log, damaged, position);
            if (entries.Count == 0)
                return;
            await store.Ship(journal.Gateway, entries, ct);
            position = entries[^1].Seq;
            journal.Shipped(position);
        }
    }

    [LoggerMessage(LogLevel.Error, "{Count} damaged lines of the journal behind position {Position} could not be shipped.")]
    private static partial void Skipped(ILogger log, int count, long position);
}
