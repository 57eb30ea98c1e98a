namespace LlmOps;

/// <summary>Everything a gateway serves from, as one document: swapped whole, kept signed on disk.</summary>
/// <param name="Revision">Rises with every change; a gateway never goes back to a lower one.</param>
public sealed record RouteSnapshot(long Revision, DateTimeOffset At, IReadOnlyList<RouteEntry> Routes, IReadOnlyList<ResolvedBundle> Bundles)
{
    /// <summary>The Redis channel on which Releases says that there is a newer one.</summary>
    public const string Channel = "llmops:snapshot";
}

/// <param name="Route">The model name that clients call; <c>name@environment</c> outside production.</param>
/// <param name="Stable">The live bundle; null before the first release.</param>
/// <param name="Previous">The bundle before, kept loaded so that rolling back is moving a pointer.</param>
/// <param name="NoUnit">What a call without a unit gets: request (a random draw) or stable.</param>
/// <param name="Killed">Kill switch: the canary and the shadow get nothing.</param>
public sealed record RouteEntry(string App, string Route, string? Stable, string? Previous, CanaryEntry? Canary, ShadowEntry? Shadow, string NoUnit, bool Killed);

/// <param name="Release">Salt of the hash that assigns units to arms.</param>
/// <param name="Percent">0..100; raising it only adds units.</param>
/// <param name="Step">The rung of the ladder, from 0: evidence counts for the rung it was gathered on.</param>
public sealed record CanaryEntry(string Release, string Bundle, double Percent, int Step);

public sealed record ShadowEntry(string Release, string Bundle);
