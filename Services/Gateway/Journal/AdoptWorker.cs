namespace LlmOps.Gateway;

/// <summary>Finishes the journals of gateways that died while this one lives. The lock on a journal's folder keeps it to one adopter, and away from the living.</summary>
public sealed class AdoptWorker(Journal journal, InferenceStore store, TimeProvider clock, ILogger<ShipWorker> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await log.Guard(() => Pass(stoppingToken), "adopting journals");
    }

    public async Task Pass(CancellationToken ct)
    {
        await store.Position(journal.Gateway, ct); // throws with the database away, before anything large is read for nothing
        foreach (var left in JournalFolder.Left(Path.GetDirectoryName(journal.Folder.Path)!))
        {
            using (left)
            {
                if (left.HasEntries)
                    await log.Guard(() => Finish(left, ct), $"adopting the journal {left.Gateway}");
            }
        }
    }

    private async Task Finish(JournalFolder left, CancellationToken ct)
    {
        using var adopted = journal.Adopt(left);
        await ShipWorker.Ship(adopted, store, log, ct);
        await adopted.Empty(ct);
    }
}
