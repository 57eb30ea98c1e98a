using Microsoft.AspNetCore.Http.HttpResults;

namespace LlmOps.Releases;

public static class RouteEndpoints
{
    public static void MapRoutes(this IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("/routes").WithTags("Routes");

        routes.MapGet("/", List).RequireScope(Scope.ReadReleases).WithSummary("What is live on every route");
        routes.MapPost("/{route}/kill", Kill).RequireScope(Scope.Abort).WithSummary("Take canary and shadow off the route at once").ProducesProblem(404);
        routes.MapPost("/{route}/restore", Restore).RequireScope(Scope.Approve).WithSummary("Let canary and shadow in again").ProducesProblem(404);

        app.MapGet("/snapshot", Snapshot).RequireScope(Scope.Internal).WithTags("Routes").WithSummary("The signed snapshot that gateways serve from");
    }

    private static async Task<Ok<RouteView[]>> List(HttpContext context, RouteStore store, TimeProvider clock, CancellationToken ct)
    {
        var snapshot = await store.Snapshot(clock.GetUtcNow(), ct);
        var labels = snapshot.Bundles.ToDictionary(bundle => bundle.Id, bundle => bundle.Manifest.Label());
        return TypedResults.Ok(snapshot.Routes.Where(route => context.Caller().Covers(route.App)).Select(route => View(route, labels)).ToArray());
    }

    private static async Task<Ok<Signed>> Snapshot(RouteStore store, InstallationSecret secret, TimeProvider clock, CancellationToken ct) =>
        TypedResults.Ok(secret.Sign(Json.Write(await store.Snapshot(clock.GetUtcNow(), ct))));

    private static Task<Results<Ok<RouteView>, ProblemHttpResult>> Kill(string route, ReleaseAction action, HttpContext context, RouteStore store, TimeProvider clock, CancellationToken ct) =>
        Turn(route, killed: true, action, context, store, clock, ct);

    private static Task<Results<Ok<RouteView>, ProblemHttpResult>> Restore(string route, ReleaseAction action, HttpContext context, RouteStore store, TimeProvider clock, CancellationToken ct) =>
        Turn(route, killed: false, action, context, store, clock, ct);

    private static async Task<Results<Ok<RouteView>, ProblemHttpResult>> Turn(
        string route, bool killed, ReleaseAction action, HttpContext context, RouteStore store, TimeProvider clock, CancellationToken ct)
    {
        var turned = await store.Kill(route, killed, context.Caller(), action.Reason, clock.GetUtcNow(), ct);
        if (turned.Refused) return turned.Refusal.ToProblem();
        var snapshot = await store.Snapshot(clock.GetUtcNow(), ct);
        return TypedResults.Ok(View(snapshot.Routes.First(entry => entry.Route == route), snapshot.Bundles.ToDictionary(bundle => bundle.Id, bundle => bundle.Manifest.Label())));
    }

    private static RouteView View(RouteEntry route, Dictionary<string, string> labels) => new(
        route.App, route.Route, route.Route.Split('@') is [_, var environment] ? environment : Releases.Route.Production,
        route.Stable, route.Stable is { } stable ? labels[stable] : null, route.Previous, route.Canary, route.Shadow, route.Killed);
}
