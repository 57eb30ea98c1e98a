using Aspire.Hosting.ApplicationModel;

namespace LlmOps.LocalHosting;

internal enum Phase { Waiting, Starting, Running, Restarting, FailedToStart, Finished, Stopping, Exited }

/// <summary>What is known of one resource at one moment.</summary>
/// <param name="Healthy">The checks answered and the process was alive; without checks, it runs. Null before the first answer.</param>
/// <param name="Detail">Why it is not healthy, for people.</param>
internal sealed record ResourceState(IResource Resource, Phase Phase, bool? Healthy = null, string? Detail = null)
{
    public string Name => Resource.Name;
    public int? Pid { get; init; }
    public int? ExitCode { get; init; }
    public int Restarts { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? StoppedAt { get; init; }
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether somebody who waits for this resource in that way may go on.</summary>
    public bool Satisfies(WaitType wait, int exitCode = 0) => wait switch
    {
        WaitType.WaitUntilHealthy => Phase == Phase.Running && Healthy == true,
        WaitType.WaitUntilStarted => Phase is Phase.Running or Phase.Finished,
        WaitType.WaitForCompletion => Phase == Phase.Finished && ExitCode == exitCode,
    };
}
