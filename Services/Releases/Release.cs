namespace LlmOps.Releases;

/// <summary>A bundle on its way to a route's traffic. A move answers a new release, or why it may not happen.</summary>
/// <param name="Previous">What is live while it climbs, and what it is compared with; null on the first release of a route.</param>
/// <param name="Run">The evaluation that is its evidence.</param>
public sealed record Release(
    string Id, string App, string Route, string Environment, string Bundle, string? Previous, string? Run,
    string Reason, string OpenedBy, DateTimeOffset OpenedAt, long Revision, Phase Phase)
{
    public static Release Open(Guid id, Route route, string bundle, OpenRelease open, string openedBy, DateTimeOffset now) => new(
        $"rel_{id:n}", route.App, route.Name, route.Environment, bundle, route.Stable, Run: null, open.Reason, openedBy, now, Revision: 1, new Phase.Draft(now));

    /// <summary>What it does, or would do if it were not paused.</summary>
    public Phase Course => Phase is Phase.Paused paused ? paused.From : Phase;

    public Release To(Phase phase) => this with { Phase = phase };

    /// <summary>Another bundle became live meanwhile: all that was found out compared with the wrong one.</summary>
    public Release Restart(string? live, DateTimeOffset now) => this with { Previous = live, Run = null, Phase = new Phase.Validating(now) };

    public Result<Release> Reject(string reason, DateTimeOffset now) => Course switch
    {
        Phase.Draft or Phase.Validating or Phase.Evaluating or Phase.AwaitingApproval => To(new Phase.Rejected(reason, now)),
        Phase.Shadowing or Phase.Canary or Phase.Live => Refusal.Conflict("already-running", $"Release {Id} is {Phase}; it can no longer be rejected. Abort it."),
        _ => AlreadyEnded(),
    };

    public Result<Release> Pause(string reason, DateTimeOffset now) => Phase switch
    {
        Phase.Draft or Phase.Validating or Phase.Evaluating or Phase.AwaitingApproval or Phase.Shadowing or Phase.Canary => To(new Phase.Paused(Phase, reason, now)),
        Phase.Paused => Refusal.Conflict("already-paused", $"Release {Id} is paused already. Resume or abort it."),
        Phase.Live => Refusal.Conflict("already-live", $"Release {Id} has all traffic; there is nothing to hold. Roll it back if it does harm."),
        _ => AlreadyEnded(),
    };

    /// <summary>The time it was paused does not count as soaked.</summary>
    public Result<Release> Resume(DateTimeOffset now) => Phase is Phase.Paused paused
        ? To(paused.From with { Since = paused.From.Since + (now - paused.Since) })
        : Refusal.Conflict("not-paused", $"Release {Id} is {Phase}, not paused.");

    /// <summary>Ends it in one call, wherever it stands; traffic goes back to what was live before.</summary>
    public Result<Release> Abort(string reason, DateTimeOffset now) => Course switch
    {
        Phase.Draft or Phase.Validating or Phase.Evaluating or Phase.AwaitingApproval or Phase.Shadowing or Phase.Canary or Phase.Live => To(new Phase.RolledBack(reason, now)),
        Phase.Done => Refusal.Conflict("already-done", $"Release {Id} is done. Roll it back to bring the bundle before it back."),
        _ => AlreadyEnded(),
    };

    /// <summary>As abort, and of a release that is done too while its bundle is still what is live.</summary>
    /// <param name="live">The route's stable bundle.</param>
    public Result<Release> Rollback(string? live, string reason, DateTimeOffset now) => Phase switch
    {
        Phase.Done when live != Bundle => Refusal.Conflict("not-live", $"Release {Id} is no longer what is live on {Route}. Roll back the newer release."),
        Phase.Live or Phase.Done when Previous is null => Refusal.Conflict("nothing-before",
            $"Release {Id} is the first on {Route}: there is no bundle to go back to. Abort it while it is watched to take the route out of service, or release a better one."),
        Phase.Done => To(new Phase.RolledBack(reason, now)),
        _ => Abort(reason, now),
    };

    /// <summary>Gives way to a newer release; only before it has touched traffic.</summary>
    public Result<Release> Supersede(string by, DateTimeOffset now) => Course switch
    {
        Phase.Draft or Phase.Validating or Phase.Evaluating or Phase.AwaitingApproval => To(new Phase.Superseded(by, now)),
        Phase.Shadowing or Phase.Canary => Refusal.Conflict("release-running",
            $"Release {Id} is {Phase} on {Route}. Two changes at once could not be told apart: wait for it, or abort it."),
        Phase.Live => Refusal.Conflict("already-live", $"Release {Id} is live and watched."),
        _ => AlreadyEnded(),
    };

    private Refusal AlreadyEnded() => Refusal.Conflict("already-ended", $"Release {Id} is {Phase}; nothing more happens to it. Open a new release.");
}
