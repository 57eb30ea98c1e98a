using Microsoft.AspNetCore.Http.HttpResults;

namespace LlmOps.Evals;

public static class DatasetEndpoints
{
    public static void MapDatasets(this IEndpointRouteBuilder app)
    {
        var datasets = app.MapGroup("/datasets").WithTags("Datasets").ProducesProblem(404);

        datasets.MapGet("",        List).RequireScope(Scope.ReadDatasets).WithSummary("The current version of every dataset");
        datasets.MapGet("/{name}", Read).RequireScope(Scope.ReadDatasets).WithSummary("The current version of one dataset");
        datasets.MapPut("/{name}", Put).RequireScope(Scope.WriteDatasets).WithSummary("Make a file the current version").ProducesProblem(400);
    }

    private static async Task<Results<Ok<DatasetView[]>, ProblemHttpResult>> List(HttpContext context, DatasetStore store, CancellationToken ct, string? app = null)
    {
        var asked = context.Caller().Asked(app);
        return asked.Refused ? asked.Refusal.ToProblem() : TypedResults.Ok((await store.List(asked.Value.App, ct)).Select(View).ToArray());
    }

    private static async Task<Results<Ok<DatasetView>, ProblemHttpResult>> Read(string name, string app, HttpContext context, DatasetStore store, CancellationToken ct) =>
        context.Caller().Uncovered(app) is { } refusal ? refusal.ToProblem() : (await store.Current(app, name, ct)).ToHttp(View);

    private static async Task<Results<Ok<DatasetView>, ProblemHttpResult>> Put(
        string name, PutDataset put, HttpContext context, DatasetStore store, HoldoutStore holdouts, TimeProvider clock, CancellationToken ct)
    {
        var caller = context.Caller();
        if (caller.Uncovered(put.App) is { } uncovered)
            return uncovered.ToProblem();
        var version = DatasetVersion.Of(name, put, caller.Person, clock.GetUtcNow());
        if (version.Refused)
            return version.Refusal.ToProblem();
        var current = (await store.Current(put.App, name, ct)).Value;
        if (current?.IsSame(version.Value) == true)
            return TypedResults.Ok(View(current));
        if (current is not null && !caller.May(Scope.WritePolicies) && await holdouts.Seals(put.App, name, ct))
            return Holdout.Fixed(name).ToProblem();
        var others = (await store.List(put.App, ct)).Where(other => other.Name != name).ToList();
        var check = DataGate.Check(version.Value, put.SchemaFile, current, others);
        return check.Refused ? check.Refusal.ToProblem() : TypedResults.Ok(View(await store.Put(version.Value with { Check = check.Value }, caller, ct)));
    }

    private static DatasetView View(DatasetVersion version) =>
        new(version.App, version.Name, version.Sha256, version.Cases, version.Segments, version.Author, version.CreatedAt, version.Check);
}
