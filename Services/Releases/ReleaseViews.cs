namespace LlmOps.Releases;

/// <summary>Releases as people and programs read them, put together from all that is kept about them.</summary>
public sealed class ReleaseViews(ReleaseStore releases, BundleStore bundles, PolicyStore policies, ApprovalStore approvals, EvidenceStore evidence)
{
    public async Task<ReleaseView> Of(Release release, CancellationToken ct)
    {
        var found = await bundles.Find([release.Bundle, release.Previous], ct);
        var bundle = found[release.Bundle];
        var policy = await policies.Pinned(bundle.App, bundle.Manifest.Policy, ct);
        var seen = await releases.Seen(release.Id, ct);
        var given = await approvals.Of(release.Bundle, ct);
        return new(
            release.Id, release.App, release.Route, release.Environment, release.Bundle, bundle.Label, release.Previous,
            release.Previous is { } previous ? found[previous].Label : null, release.Phase.Word, release.Phase.Rung,
            (policy.Release ?? Watching.Default).Ladder, release.Phase.Share, seen?.Waiting ?? "It was just opened; the controller takes it up in a moment.",
            release.Reason, release.OpenedBy, release.Run, release.Revision, release.OpenedAt, release.Phase.Since,
            Arms(release, await evidence.Of(release, ct)), seen?.Watch ?? [],
            [.. given.Where(approval => approval.Release is null || approval.Release == release.Id).Select(approval => new ApprovalView(approval.Person, approval.Role, approval.Source, approval.At))],
            await releases.History(release.Id, ct));
    }

    private static ArmEvidence[] Arms(Release release, Evidence evidence)
    {
        var candidate = release.Course switch { Phase.Live or Phase.Done => "stable", Phase.Shadowing => "shadow", _ => "canary" };
        return [.. new[] { (candidate, evidence.Candidate), ("stable", evidence.Stable) }.Where(arm => arm.Item2 is not { Requests: 0, Feedback: 0 }).Select(arm => View(arm.Item1, arm.Item2))];
    }

    private static ArmEvidence View(string arm, ArmTally tally) => new(arm, tally.Requests, tally.Errors, tally.Feedback, tally.Correct, tally.MeanLatencyMs);
}
