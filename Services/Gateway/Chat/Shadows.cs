using System.Threading.Channels;

namespace LlmOps.Gateway;

/// <summary>Copies of answered calls for the bundle that shadows their route. They wait here and never where the caller waits: a full queue drops.</summary>
public sealed class Shadows
{
    public const int MostWaiting = 256;
    private readonly Channel<Call> waiting = Channel.CreateBounded<Call>(MostWaiting);
    private long dropped;

    public long Dropped => Interlocked.Read(ref dropped);

    public ChannelReader<Call> Waiting => waiting.Reader;

    /// <summary>Queues a copy of a call on a shadowed route. One that failed, or whose caller left before its end, has no answer to compare with.</summary>
    public void Offer(Call primary)
    {
        if (primary.Assignment.Shadow is null || primary.Settled?.Outcome != Outcome.Ok || waiting.Writer.TryWrite(primary))
            return;
        Interlocked.Increment(ref dropped);
        Signals.ShadowsDropped.Add(1, new KeyValuePair<string, object?>("route", primary.Assignment.Route));
    }
}

/// <summary>Runs the copies, two at a time, and records them on the shadow arm.</summary>
public sealed class ShadowWorker(Shadows shadows, Calls calls, ILogger<ShadowWorker> log) : BackgroundService
{
    private const int AtOnce = 2;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Loop(stoppingToken)));

    /// <summary>Runs what waits now.</summary>
    public async Task Pass(CancellationToken ct)
    {
        while (shadows.Waiting.TryRead(out var primary))
            await log.Guard(() => Run(primary, ct));
    }

    private async Task Loop(CancellationToken ct)
    {
        while (await shadows.Waiting.WaitToReadAsync(ct))
            await Pass(ct);
    }

    private async Task Run(Call primary, CancellationToken ct)
    {
        if (calls.BeginShadow(primary, primary.Assignment.Shadow!) is { } copy && await calls.Prepare(copy, ct) is null)
            await calls.Complete(copy);
    }
}
