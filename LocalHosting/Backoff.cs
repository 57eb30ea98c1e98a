namespace LlmOps.LocalHosting;

/// <summary>How long a process that ended waits before it starts again.</summary>
internal static class Backoff
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>A process that lived this long starts counting anew.</summary>
    public static readonly TimeSpan Forgiven = TimeSpan.FromSeconds(60);

    /// <param name="failures">How often in a row it ended, this time included; at least 1.</param>
    public static TimeSpan After(int failures) =>
        TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(failures - 1, 10)));

    public static int Count(int before, TimeSpan lived) => lived >= Forgiven ? 1 : before + 1;
}
