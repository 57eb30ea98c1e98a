namespace LlmOps.Tests;

/// <summary>A clock that moves only when told to. Timers made on it run on real time.</summary>
public sealed class Clock : TimeProvider
{
    private long ticks = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero).UtcTicks;

    public DateTimeOffset Now => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => Now;
}
