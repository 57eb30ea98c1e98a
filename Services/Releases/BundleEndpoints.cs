using Microsoft.AspNetCore.Http.HttpResults;

namespace LlmOps.Releases;

public static class BundleEndpoints
{
    public static void MapBundles(this IEndpointRouteBuilder app)
    {
        var bundles = app.MapGroup("/bundles").WithTags("Bundles").ProducesProblem(404);

        bundles.MapGet("/", List).RequireScope(Scope.ReadReleases).WithSummary("The newest bundles first");
        bundles.MapGet("/{id}", Find).RequireScope(Scope.ReadReleases).WithSummary("One bundle and its manifest");
        bundles.MapGet("/{id}/resolved", Resolved).RequireScope(Scope.Internal).WithSummary("All a gateway needs to serve it");
        bundles.MapPost("/", Create).RequireScope(Scope.ProposeReleases).WithSummary("Resolve the parts into a bundle; the same parts are the same bundle").ProducesProblem(400).ProducesProblem(409).ProducesProblem(502);
        bundles.MapPost("/{id}/evaluations", Evaluate).RequireScope(Scope.RunEvals).WithSummary("Evaluate it against what is live, under the policy it pins").ProducesProblem(502);
    }

    private static async Task<Ok<BundleView[]>> List(HttpContext context, BundleStore store, CancellationToken ct, string? app = null) =>
        TypedResults.Ok((await store.List(app, ct)).Where(bundle => context.Caller().Covers(bundle.App)).Select(View).ToArray());

    private static async Task<Results<Ok<BundleView>, ProblemHttpResult>> Find(string id, HttpContext context, BundleStore store, CancellationToken ct) =>
        (await Covered(id, context, store, ct)).ToHttp(View);

    private static async Task<Results<Ok<ResolvedBundle>, ProblemHttpResult>> Resolved(string id, BundleStore store, CancellationToken ct) =>
        (await store.Find(id, ct)).ToHttp(bundle => bundle.Resolved);

    private static async Task<Results<Ok<BundleView>, ProblemHttpResult>> Create(
        CreateBundle create, HttpContext context, BundleParts parts, BundleStore store, TimeProvider clock, CancellationToken ct)
    {
        var caller = context.Caller();
        if (caller.Uncovered(create.App) is { } uncovered)
            return uncovered.ToProblem();
        var bundle = await parts.Resolve(create, caller.Person, clock.GetUtcNow(), ct);
        return bundle.Refused ? bundle.Refusal.ToProblem() : TypedResults.Ok(View(await store.Add(bundle.Value, caller, ct)));
    }

    private static async Task<Results<Ok<RunView>, ProblemHttpResult>> Evaluate(
        string id, HttpContext context, BundleStore store, AppStore apps, RouteStore routes, Evaluations evaluations, CancellationToken ct, string? suite = null)
    {
        var bundle = await Covered(id, context, store, ct);
        if (bundle.Refused) return bundle.Refusal.ToProblem();
        var app = await apps.Find(bundle.Value.App, ct);
        if (app.Refused) return app.Refusal.ToProblem();
        var live = (await routes.Find(app.Value.Route, ct))?.Stable;
        return (await evaluations.Start(bundle.Value, live, context.Caller().Person, string.IsNullOrEmpty(suite) ? null : suite, ct)).ToHttp();
    }

    private static async Task<Result<Bundle>> Covered(string id, HttpContext context, BundleStore store, CancellationToken ct)
    {
        var bundle = await store.Find(id, ct);
        return !bundle.Refused && !context.Caller().Covers(bundle.Value.App) ? BundleStore.Missing(id) : bundle;
    }

    private static BundleView View(Bundle bundle) => new(bundle.Id, bundle.App, bundle.Label, bundle.Manifest, bundle.Author, bundle.CreatedAt);
}
