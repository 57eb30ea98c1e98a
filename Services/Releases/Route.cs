namespace LlmOps.Releases;

/// <summary>What a client calls, and the bundle that answers. Going live and rolling back are moving this pointer.</summary>
/// <param name="Stable">The live bundle; null before the first release.</param>
/// <param name="Previous">The bundle before, kept loaded.</param>
/// <param name="Killed">Kill switch: canary and shadow get nothing.</param>
public sealed record Route(string Name, string App, string Environment, string? Stable, string? Previous, bool Killed)
{
    public const string Production = "production";

    public static IReadOnlyList<string> Environments { get; } = ["development", "staging", Production];

    public static string NameOf(string route, string environment) => environment == Production ? route : $"{route}@{environment}";

    /// <summary>The route after a release went from a phase to where it stands now.</summary>
    public Route After(Phase before, Release release) => (before, release.Phase) switch
    {
        (not Phase.Live, Phase.Live) => this with { Stable = release.Bundle, Previous = Stable },
        (Phase.Live or Phase.Done, Phase.RolledBack) when Stable == release.Bundle => this with { Stable = release.Previous, Previous = release.Bundle },
        _ => this,
    };
}
