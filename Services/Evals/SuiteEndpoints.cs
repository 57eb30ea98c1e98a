using Microsoft.AspNetCore.Http.HttpResults;

namespace LlmOps.Evals;

public static class SuiteEndpoints
{
    public static void MapSuites(this IEndpointRouteBuilder app)
    {
        var suites = app.MapGroup("/suites").WithTags("Suites").ProducesProblem(404);

        suites.MapGet("",        List).RequireScope(Scope.ReadDatasets).WithSummary("The current version of every suite");
        suites.MapPut("/{name}", Put).RequireScope(Scope.WriteDatasets).WithSummary("Make a file the current version").ProducesProblem(400);
    }

    private static async Task<Results<Ok<SuiteView[]>, ProblemHttpResult>> List(HttpContext context, SuiteStore store, CancellationToken ct, string? app = null)
    {
        var asked = context.Caller().Asked(app);
        return asked.Refused ? asked.Refusal.ToProblem() : TypedResults.Ok((await store.List(asked.Value.App, ct)).Select(View).ToArray());
    }

    private static async Task<Results<Ok<SuiteView>, ProblemHttpResult>> Put(
        string name, PutSuite put, HttpContext context, SuiteStore store, DatasetStore datasets, TimeProvider clock, CancellationToken ct)
    {
        var caller = context.Caller();
        if (caller.Uncovered(put.App) is { } uncovered)
            return uncovered.ToProblem();
        var version = SuiteVersion.Of(name, put, caller.Person, clock.GetUtcNow());
        if (version.Refused)
            return version.Refusal.ToProblem();
        var dataset = await datasets.Current(put.App, version.Value.Dataset, ct);
        return dataset.Refused ? dataset.Refusal.ToProblem() : TypedResults.Ok(View(await store.Put(version.Value, caller, ct)));
    }

    private static SuiteView View(SuiteVersion version) =>
        new(version.App, version.Name, version.Sha256, version.Dataset, version.Text, version.Author, version.CreatedAt);
}
