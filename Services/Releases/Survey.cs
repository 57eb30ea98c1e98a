namespace LlmOps.Releases;

/// <summary>Gathers what a decision about a release needs in the phase it is in: from our tables, and from the services that own its parts.</summary>
public sealed class Survey(
    BundleStore bundles, AppStore apps, PolicyStore policies, ApprovalStore approvals, EvidenceStore evidence, Evaluations evaluations,
    PromptsClient prompts, IndexesClient indexes)
{
    public async Task<Facts> Of(Release release, CancellationToken ct)
    {
        var found = await bundles.Find([release.Bundle, release.Previous], ct);
        var bundle = found[release.Bundle];
        var pin = bundle.Manifest.Prompt;
        var validating = release.Phase is Phase.Validating;
        return new(
            bundle, await policies.Pinned(bundle.App, bundle.Manifest.Policy, ct), await LeastApprovals(bundle, ct),
            validating ? await prompts.Version(bundle.App, pin.Name, pin.Version, ct) : null,
            validating ? await Missing(found.Values, ct) : null,
            release.Phase is Phase.Evaluating ? await Run(release, bundle, ct) : null,
            await approvals.Of(release.Bundle, ct), await evidence.Of(release, ct));
    }

    /// <summary>Under another policy than the app's in force, a second person must have agreed to it, whatever it says of approvals.</summary>
    private async Task<int> LeastApprovals(Bundle bundle, CancellationToken ct)
    {
        var app = await apps.Find(bundle.App, ct);
        var inForce = app.Refused ? null : await policies.Current(bundle.App, app.Value.Policy, ct);
        return inForce?.Sha256 == bundle.Manifest.Policy.Sha256 ? 0 : 1;
    }

    /// <summary>The bundle and what is live must both be able to serve: without N-1 there is no way back.</summary>
    private async Task<Refusal?> Missing(IEnumerable<Bundle> needed, CancellationToken ct)
    {
        foreach (var bundle in needed)
        {
            if (bundle.Manifest.Retrieval is not { } retrieval)
                continue;
            var version = await indexes.Version(retrieval.IndexVersion, ct);
            if (version.Refused)
                return version.Refusal;
            if (version.Value.State != IndexState.Ready)
                return Refusal.Conflict("index-not-ready", $"Index version {retrieval.IndexVersion} of {bundle.Label} is {version.Value.State.ToString().ToLowerInvariant()}, not ready.");
        }
        return null;
    }

    private Task<Result<RunView>> Run(Release release, Bundle bundle, CancellationToken ct) =>
        release.Run is { } run ? evaluations.Find(run, ct) : evaluations.Start(bundle, release.Previous, release.OpenedBy, suite: null, ct);
}
