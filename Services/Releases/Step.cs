namespace LlmOps.Releases;

/// <summary>One look at one release. Pure: the same release, route, facts and time give the same decision.</summary>
public static class Step
{
    public static Decision Of(Release release, Route route, Facts facts, DateTimeOffset now) => release.Phase switch
    {
        Phase.Paused paused => Ladder.Hold(release, paused, facts, now),
        Phase.Live live => Ladder.Watch(release, live, route, facts, now),
        { Ended: true } => new(release, $"It is {release.Phase}; nothing more happens."),
        _ when route.Stable != release.Previous => new(release.Restart(route.Stable, now), "Another bundle became live meanwhile: everything is checked again against that one."),
        Phase.Draft => new(release.To(new Phase.Validating(now)), "The controller took it up."),
        Phase.Validating => Preflight.Validate(release, facts, now),
        Phase.Evaluating => Preflight.Evaluate(release, facts, now),
        Phase.AwaitingApproval => Preflight.Await(release, facts, now),
        Phase.Shadowing shadowing => Ladder.Shadow(release, shadowing, facts, now),
        Phase.Canary canary => Ladder.Climb(release, canary, route, facts, now),
        _ => throw new System.Diagnostics.UnreachableException($"No step for {release.Phase}."),
    };
}
