using Microsoft.AspNetCore.Http.HttpResults;

namespace LlmOps.Costs;

public static class LedgerEndpoints
{
    public static void MapLedger(this IEndpointRouteBuilder app)
    {
        var costs = app.MapGroup("/costs").WithTags("Costs").RequireScope(Scope.ReadCosts);

        costs.MapGet("/bundles", Bundles).WithSummary("What each bundle cost on each arm").ProducesProblem(404);
    }

    private static async Task<Results<Ok<IReadOnlyList<BundleCost>>, ProblemHttpResult>> Bundles(HttpContext context, LedgerStore store, CancellationToken ct, string? app = null)
    {
        var caller = context.Caller();
        var asked = string.IsNullOrEmpty(app) ? caller.App : app;
        if (caller.Uncovered(asked) is { } refusal)
            return refusal.ToProblem();
        return TypedResults.Ok(await store.Bundles(asked == "*" ? null : asked, ct));
    }
}
