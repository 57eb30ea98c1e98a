namespace LlmOps.Evaluation;

/// <summary>The way to one provider: so many calls at once, and none while it has asked for quiet. Whoever it told to wait speaks for all.</summary>
public sealed class ProviderLane(int limit, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim free = new(limit);
    private long quietUntil; // ticks of UTC

    public int Limit => limit;

    public async Task<T> Enter<T>(Func<Task<T>> call, CancellationToken ct)
    {
        await free.WaitAsync(ct);
        try
        {
            while (new DateTimeOffset(Interlocked.Read(ref quietUntil), TimeSpan.Zero) - clock.GetUtcNow() is { Ticks: > 0 } wait)
                await Task.Delay(wait, clock, ct);
            return await call();
        }
        finally
        {
            free.Release();
        }
    }

    /// <summary>No call begins before that time has passed.</summary>
    public void Quiet(TimeSpan wait)
    {
        var until = (clock.GetUtcNow() + wait).UtcTicks;
        for (var seen = Interlocked.Read(ref quietUntil); seen < until;)
        {
            var found = Interlocked.CompareExchange(ref quietUntil, until, seen);
            if (found == seen)
                return;
            seen = found;
        }
    }

    public void Dispose() => free.Dispose();
}
