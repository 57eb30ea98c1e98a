using Microsoft.AspNetCore.Http.HttpResults;

namespace LlmOps.Releases;

public static class ReleaseEndpoints
{
    public static void MapReleases(this IEndpointRouteBuilder app)
    {
        var releases = app.MapGroup("/releases").WithTags("Releases").ProducesProblem(404);

        releases.MapGet("/", List).RequireScope(Scope.ReadReleases).WithSummary("The newest releases first");
        releases.MapGet("/{id}", Find).RequireScope(Scope.ReadReleases).WithSummary("One release: where it stands, why, and on what evidence");
        releases.MapPost("/", Open).RequireScope(Scope.ProposeReleases).WithSummary("Put a bundle on its way to a route's traffic").ProducesProblem(400).ProducesProblem(409);
        releases.MapPost("/{id}/approve", Approve).RequireScope(Scope.Approve).WithSummary("Agree to the bundle; never to one's own").ProducesProblem(403).ProducesProblem(409);
        releases.MapPost("/{id}/reject", Reject).RequireScope(Scope.Approve).WithSummary("End it before it touches traffic").ProducesProblem(409);
        releases.MapPost("/{id}/pause", Pause).RequireScope(Scope.Abort).WithSummary("Hold it where it stands").ProducesProblem(409);
        releases.MapPost("/{id}/resume", Resume).RequireScope(Scope.ProposeReleases).WithSummary("Let it go on").ProducesProblem(409);
        releases.MapPost("/{id}/promote", Promote).RequireScope(Scope.Approve).WithSummary("One rung up at once; only with a verdict that says pass").ProducesProblem(409);
        releases.MapPost("/{id}/abort", Abort).RequireScope(Scope.Abort).WithSummary("End it in one call; traffic goes back").ProducesProblem(409);
        releases.MapPost("/{id}/rollback", Rollback).RequireScope(Scope.Abort).WithSummary("Bring the bundle before it back, also when it is done").ProducesProblem(409);
    }

    private static async Task<Ok<ReleaseView[]>> List(HttpContext context, ReleaseStore store, ReleaseViews views, CancellationToken ct, string? app = null)
    {
        var list = new List<ReleaseView>();
        foreach (var release in (await store.List(app, ct)).Where(release => context.Caller().Covers(release.App)))
            list.Add(await views.Of(release, ct));
        return TypedResults.Ok(list.ToArray());
    }

    private static async Task<Results<Ok<ReleaseView>, ProblemHttpResult>> Find(string id, HttpContext context, ReleaseStore store, ReleaseViews views, CancellationToken ct)
    {
        var release = await Covered(id, context, store, ct);
        return release.Refused ? release.Refusal.ToProblem() : TypedResults.Ok(await views.Of(release.Value, ct));
    }

    private static async Task<Results<Ok<ReleaseView>, ProblemHttpResult>> Open(
        OpenRelease open, HttpContext context, AppStore apps, BundleStore bundles, PolicyStore policies, ReleaseStore store, ReleaseViews views, TimeProvider clock, CancellationToken ct)
    {
        if (!Route.Environments.Contains(open.Environment))
            return Refusal.Invalid("environment-unknown", $"\"{open.Environment}\" is no environment. Name one of {string.Join(", ", Route.Environments)}.").ToProblem();
        var bundle = await bundles.Find(open.Bundle, ct);
        if (bundle.Refused) return bundle.Refusal.ToProblem();
        if (!context.Caller().Covers(bundle.Value.App)) return BundleStore.Missing(bundle.Value.Id).ToProblem();
        var app = await apps.Find(bundle.Value.App, ct);
        if (app.Refused) return app.Refusal.ToProblem();
        var policy = await policies.Pinned(app.Value.Name, bundle.Value.Manifest.Policy, ct);
        var release = await store.Open(Guid.CreateVersion7(), app.Value, bundle.Value, open, policy.Release?.Rollback?.P99Ms, context.Caller(), clock.GetUtcNow(), ct);
        return release.Refused ? release.Refusal.ToProblem() : TypedResults.Ok(await views.Of(release.Value, ct));
    }

    private static async Task<Results<Ok<ReleaseView>, ProblemHttpResult>> Approve(
        string id, ReleaseAction action, HttpContext context, ReleaseStore store, BundleStore bundles, ApprovalStore approvals, ReleaseViews views, TimeProvider clock, CancellationToken ct)
    {
        var release = await Covered(id, context, store, ct);
        if (release.Refused) return release.Refusal.ToProblem();
        var bundle = await bundles.Find(release.Value.Bundle, ct);
        if (bundle.Refused) return bundle.Refusal.ToProblem();
        var approval = Approval.Give(release.Value, bundle.Value.Author, context.Caller(), clock.GetUtcNow());
        if (approval.Refused) return approval.Refusal.ToProblem();
        await approvals.Give(approval.Value, AuditFact.By(context.Caller(), "approve-release", $"release:{id}", null, release.Value.Bundle, action.Reason), ct);
        return TypedResults.Ok(await views.Of(release.Value, ct));
    }

    private static Task<Results<Ok<ReleaseView>, ProblemHttpResult>> Reject(string id, ReleaseAction action, HttpContext context, ReleaseStore store, ReleaseViews views, TimeProvider clock, CancellationToken ct) =>
        Act(id, action, (release, _, why) => release.Reject(why, clock.GetUtcNow()), context, store, views, clock, ct);

    private static Task<Results<Ok<ReleaseView>, ProblemHttpResult>> Pause(string id, ReleaseAction action, HttpContext context, ReleaseStore store, ReleaseViews views, TimeProvider clock, CancellationToken ct) =>
        Act(id, action, (release, _, why) => release.Pause(why, clock.GetUtcNow()), context, store, views, clock, ct);

    private static Task<Results<Ok<ReleaseView>, ProblemHttpResult>> Resume(string id, ReleaseAction action, HttpContext context, ReleaseStore store, ReleaseViews views, TimeProvider clock, CancellationToken ct) =>
        Act(id, action, (release, _, _) => release.Resume(clock.GetUtcNow()), context, store, views, clock, ct);

    private static Task<Results<Ok<ReleaseView>, ProblemHttpResult>> Abort(string id, ReleaseAction action, HttpContext context, ReleaseStore store, ReleaseViews views, TimeProvider clock, CancellationToken ct) =>
        Act(id, action, (release, _, why) => release.Abort(why, clock.GetUtcNow()), context, store, views, clock, ct);

    private static Task<Results<Ok<ReleaseView>, ProblemHttpResult>> Rollback(string id, ReleaseAction action, HttpContext context, ReleaseStore store, ReleaseViews views, TimeProvider clock, CancellationToken ct) =>
        Act(id, action, (release, route, why) => release.Rollback(route.Stable, why, clock.GetUtcNow()), context, store, views, clock, ct);

    private static async Task<Results<Ok<ReleaseView>, ProblemHttpResult>> Promote(
        string id, ReleaseAction action, HttpContext context, ReleaseStore store, Survey survey, ReleaseViews views, TimeProvider clock, CancellationToken ct)
    {
        var seen = await Covered(id, context, store, ct);
        if (seen.Refused) return seen.Refusal.ToProblem();
        var facts = await survey.Of(seen.Value, ct);
        var promoted = await store.Change(id, (release, _) => release.Revision == seen.Value.Revision
            ? Ladder.Promote(release, facts, Reason(action, context), clock.GetUtcNow())
            : Refusal.Conflict("moved-meanwhile", $"Release {id} moved while it was being promoted; it is {release.Phase} now."), context.Caller(), clock.GetUtcNow(), ct);
        return promoted.Refused ? promoted.Refusal.ToProblem() : TypedResults.Ok(await views.Of(promoted.Value, ct));
    }

    private static async Task<Results<Ok<ReleaseView>, ProblemHttpResult>> Act(
        string id, ReleaseAction action, Func<Release, Route, string, Result<Release>> move, HttpContext context, ReleaseStore store, ReleaseViews views, TimeProvider clock, CancellationToken ct)
    {
        if (await Covered(id, context, store, ct) is { Refused: true } uncovered)
            return uncovered.Refusal.ToProblem();
        var why = Reason(action, context);
        var changed = await store.Change(id, (release, route) => move(release, route, why) is var moved && moved.Refused ? moved.Refusal : new Decision(moved.Value, why), context.Caller(), clock.GetUtcNow(), ct);
        return changed.Refused ? changed.Refusal.ToProblem() : TypedResults.Ok(await views.Of(changed.Value, ct));
    }

    private static string Reason(ReleaseAction action, HttpContext context) => $"{context.Caller().Person}: {action.Reason}";

    private static async Task<Result<Release>> Covered(string id, HttpContext context, ReleaseStore store, CancellationToken ct)
    {
        var release = await store.Find(id, ct);
        return !release.Refused && !context.Caller().Covers(release.Value.App) ? ReleaseStore.Missing(id) : release;
    }
}
