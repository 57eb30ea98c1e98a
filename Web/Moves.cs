namespace LlmOps.Web;

/// <summary>Which buttons a release offers to a person. The service decides whether a move may happen; this only leaves out those that cannot.</summary>
public static class Moves
{
    public static bool Ended(ReleaseView release) => release.Phase is "done" or "rolled-back" or "rejected" or "superseded";

    private static bool Before(ReleaseView release) => release.Phase is "draft" or "validating" or "evaluating" or "awaiting-approval";

    public static bool Approve(ReleaseView release, Caller me) => Before(release) && me.May(Scope.Approve) && WhyNotApprove(release, me) is null;

    /// <summary>Why this person is not offered to approve, where an approval is what the release waits for.</summary>
    public static string? WhyNotApprove(ReleaseView release, Caller me) =>
        release.Phase != "awaiting-approval" ? null
        : me.Person == release.OpenedBy ? $"You ({me.Person}) opened this release, and nobody approves their own. A second person has to."
        : !me.May(Scope.Approve) ? $"The role {LocalPerson.Words(me.Role)} does not approve. A lead or the product owner can."
        : null;

    public static bool Reject(ReleaseView release, Caller me) => Before(release) && me.May(Scope.Approve);

    public static bool Pause(ReleaseView release, Caller me) => (Before(release) || release.Phase is "shadowing" or "canary") && me.May(Scope.Abort);

    public static bool Resume(ReleaseView release, Caller me) => release.Phase == "paused" && me.May(Scope.ProposeReleases);

    /// <summary>Widens the traffic, hence typed out.</summary>
    public static bool Promote(ReleaseView release, Caller me) => release.Phase is "shadowing" or "canary" && me.May(Scope.Approve);

    public static bool Abort(ReleaseView release, Caller me) => !Ended(release) && !Rollback(release, me) && me.May(Scope.Abort);

    public static bool Rollback(ReleaseView release, Caller me) => release.Phase is "live" or "done" && release.Previous is not null && me.May(Scope.Abort);
}
