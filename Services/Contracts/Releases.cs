using System.ComponentModel.DataAnnotations;

namespace LlmOps;

/// <param name="Route">What clients call: <c>model: "hotel-guest"</c>.</param>
/// <param name="Suite">The suite that evaluates its bundles.</param>
/// <param name="Policy">The policy in force unless a bundle names another.</param>
public sealed record PutApp([property: Required] string Route, [property: Required] string Suite, [property: Required] string Policy);

public sealed record AppView(string Name, string Route, string Suite, string Policy);

public sealed record PutPolicy([property: Required] string App, [property: Required] string Text);

public sealed record PolicyView(string App, string Name, string Sha256, string Text, string Author, DateTimeOffset At);

internal static class NeedsReason
{
    public const string Why = "A reason of at least 3 characters is needed: it goes into the audit.";
}

/// <param name="Reason">Goes into the audit.</param>
public sealed record OpenRelease([property: Required] string Bundle, [property: Required(ErrorMessage = NeedsReason.Why), MinLength(3, ErrorMessage = NeedsReason.Why)] string Reason, string Environment = "production");

/// <param name="Reason">Goes into the audit.</param>
public sealed record ReleaseAction([property: Required(ErrorMessage = NeedsReason.Why), MinLength(3, ErrorMessage = NeedsReason.Why)] string Reason);

public sealed record ApprovalView(string Person, Role Role, string Source, DateTimeOffset At);

/// <param name="Phase">kebab-case: draft, validating, evaluating, awaiting-approval, shadowing, canary, live, done, paused, rolled-back, rejected, superseded.</param>
/// <param name="Percent">Share of the route's traffic it has in that phase.</param>
public sealed record ReleaseEvent(long Revision, string Phase, int Step, double Percent, string Why, DateTimeOffset At);

/// <summary>What the gateway's feed has said about one arm since the step began.</summary>
/// <param name="Correct">Feedback that called the answer correct.</param>
public sealed record ArmEvidence(string Arm, long Requests, long Errors, long Feedback, long Correct, double MeanLatencyMs);

/// <param name="Waiting">Why it stands where it stands, in a sentence.</param>
/// <param name="Watch">The newest verdicts on the canary.</param>
/// <param name="Run">The evaluation that let it through.</param>
public sealed record ReleaseView(
    string Id, string App, string Route, string Environment, string Bundle, string Label, string? Previous, string? PreviousLabel, string Phase, int Step,
    IReadOnlyList<int> Ladder, double Percent, string Waiting, string Reason, string OpenedBy, string? Run, long Revision, DateTimeOffset OpenedAt, DateTimeOffset Since,
    IReadOnlyList<ArmEvidence> Evidence, IReadOnlyList<GateResult> Watch, IReadOnlyList<ApprovalView> Approvals, IReadOnlyList<ReleaseEvent> History);

/// <summary>What is live on one route, for people.</summary>
public sealed record RouteView(string App, string Route, string Environment, string? Stable, string? StableLabel, string? Previous, CanaryEntry? Canary, ShadowEntry? Shadow, bool Killed);

public sealed class ReleasesClient(HttpClient http) : ServiceClient(http)
{
    public Task<Result<Signed>> Access(CancellationToken ct) => Get<Signed>("access", ct);

    public Task<Result<Signed>> Snapshot(CancellationToken ct) => Get<Signed>("snapshot", ct);

    public Task<Result<IReadOnlyList<KeyView>>> Keys(CancellationToken ct) => GetList<KeyView>("keys", ct);

    public Task<Result<CreatedKey>> CreateKey(CreateKey key, CancellationToken ct) => Post<CreatedKey>("keys", key, ct);

    public Task<Result<KeyView>> RevokeKey(string id, CancellationToken ct) => Post<KeyView>($"keys/{Esc(id)}/revoke", new { }, ct);

    public Task<Result<IReadOnlyList<AppView>>> Apps(CancellationToken ct) => GetList<AppView>("apps", ct);

    public Task<Result<AppView>> PutApp(string name, PutApp app, CancellationToken ct) => Put<AppView>($"apps/{Esc(name)}", app, ct);

    public Task<Result<PolicyView>> PutPolicy(string name, PutPolicy policy, CancellationToken ct) => Put<PolicyView>($"policies/{Esc(name)}", policy, ct);

    public Task<Result<IReadOnlyList<BundleView>>> Bundles(string? app, CancellationToken ct) => GetList<BundleView>($"bundles?app={Esc(app ?? "")}", ct);

    public Task<Result<BundleView>> Bundle(string id, CancellationToken ct) => Get<BundleView>($"bundles/{Esc(id)}", ct);

    public Task<Result<ResolvedBundle>> Resolved(string id, CancellationToken ct) => Get<ResolvedBundle>($"bundles/{Esc(id)}/resolved", ct);

    /// <summary>Idempotent: the same parts are the same bundle.</summary>
    public Task<Result<BundleView>> CreateBundle(CreateBundle bundle, CancellationToken ct) => Post<BundleView>("bundles", bundle, ct);

    /// <summary>Evaluates the bundle against what is live, under the policy it pins.</summary>
    /// <param name="suite">Null for the app's own.</param>
    public Task<Result<RunView>> Evaluate(string bundle, string? suite, CancellationToken ct) => Post<RunView>($"bundles/{Esc(bundle)}/evaluations?suite={Esc(suite ?? "")}", new { }, ct);

    public Task<Result<IReadOnlyList<RouteView>>> Routes(CancellationToken ct) => GetList<RouteView>("routes", ct);

    public Task<Result<IReadOnlyList<ReleaseView>>> Releases(string? app, CancellationToken ct) => GetList<ReleaseView>($"releases?app={Esc(app ?? "")}", ct);

    public Task<Result<ReleaseView>> Release(string id, CancellationToken ct) => Get<ReleaseView>($"releases/{Esc(id)}", ct);

    public Task<Result<ReleaseView>> Open(OpenRelease release, CancellationToken ct) => Post<ReleaseView>("releases", release, ct);

    /// <param name="action">approve, reject, pause, resume, promote, abort or rollback.</param>
    public Task<Result<ReleaseView>> Act(string id, string action, ReleaseAction reason, CancellationToken ct) => Post<ReleaseView>($"releases/{Esc(id)}/{Esc(action)}", reason, ct);
}
