namespace LlmOps.Releases;

/// <summary>Tells Prompts which version is live, until it has heard. Moving a label twice changes nothing.</summary>
public sealed partial class LabelWorker(LabelStore store, PromptsClient prompts, TimeProvider clock, ILogger<LabelWorker> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await log.Guard(() => Pass(stoppingToken));
    }

    public async Task Pass(CancellationToken ct)
    {
        foreach (var move in await store.Open(ct))
        {
            var moved = await prompts.MoveLabel(move.Prompt, move.Label, new(move.App, move.Version, move.Release), ct);
            if (moved.Refused)
                NotMoved(log, move.Label, move.Prompt, move.Version, moved.Refusal.Detail);
            else
                await store.Done(move, ct);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Label {Label} of {Prompt} does not point to {Version} yet: {Why}")]
    private static partial void NotMoved(ILogger log, string label, string prompt, string version, string why);
}
