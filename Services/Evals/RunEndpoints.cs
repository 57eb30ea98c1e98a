using LlmOps.Evaluation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LlmOps.Evals;

public static class RunEndpoints
{
    public static void MapRuns(this IEndpointRouteBuilder app)
    {
        var runs = app.MapGroup("/runs").WithTags("Runs").ProducesProblem(404);

        runs.MapPost("",            Start).RequireScope(Scope.Internal).WithSummary("Evaluate a bundle; the same question is asked once").ProducesProblem(400).ProducesProblem(429);
        runs.MapGet("",             List).RequireScope(Scope.ReadDatasets).WithSummary("Runs, the newest first");
        runs.MapGet("/{id}",        Read).RequireScope(Scope.ReadDatasets).WithSummary("One run, its progress and its verdict");
        runs.MapPost("/{id}/retry", Retry).RequireScope(Scope.RunEvals).WithSummary("Ask the errored cases of a run again, and only those").ProducesProblem(409);
        runs.MapGet("/{id}/report", Report).RequireScope(Scope.ReadDatasets).WithSummary("The evaluation report");
        runs.MapGet("/{id}/changes", Changes).RequireScope(Scope.ReadDatasets).WithSummary("Cases whose outcome differs from the baseline's, newly failing first").ProducesProblem(403);
    }

    private static async Task<Results<Ok<RunView>, ProblemHttpResult>> Start(
        StartRun start, HttpContext context, RunStore store, SuiteStore suites, DatasetStore datasets, CalibrationStore calibrations, HoldoutStore holdouts, TimeProvider clock, CancellationToken ct)
    {
        var suite = await suites.Current(start.App, start.Suite, ct);
        if (suite.Refused)
            return suite.Refusal.ToProblem();
        var dataset = await datasets.Current(start.App, suite.Value.Dataset, ct);
        if (dataset.Refused)
            return dataset.Refusal.ToProblem();
        var (policy, inForce) = (Policy.Parse(start.PolicyText, "policy"), Policy.Parse(start.SealedBy ?? start.PolicyText, "policy in force"));
        if ((policy.Refusal ?? inForce.Refusal) is { } refusal)
            return refusal.ToProblem();
        var question = new RunQuestion(suite.Value, dataset.Value, start.PolicyText, start.Bundle, start.Baseline, start.RequestedBy, await calibrations.List(start.App, ct));
        var jobs = question.Jobs();
        if (jobs.Refused)
            return jobs.Refusal.ToProblem();
        if (inForce.Value!.Holdout is { } holdout && holdout.Dataset == dataset.Value.Name
            && await holdouts.Ask(question, holdout, context.Caller(), clock.GetUtcNow(), ct) is { } spent)
            return spent.ToProblem();
        await store.Start(question, jobs.Value, clock.GetUtcNow(), ct);
        return (await store.Find(question.Id, ct)).ToHttp(View);
    }

    private static async Task<Results<Ok<RunView[]>, ProblemHttpResult>> List(HttpContext context, RunStore store, CancellationToken ct, string? app = null, string? bundle = null)
    {
        var asked = context.Caller().Asked(app);
        return asked.Refused
            ? asked.Refusal.ToProblem()
            : TypedResults.Ok((await store.List(asked.Value.App, string.IsNullOrEmpty(bundle) ? null : bundle, ct)).Select(View).ToArray());
    }

    private static async Task<Results<Ok<RunView>, ProblemHttpResult>> Read(string id, HttpContext context, RunStore store, CancellationToken ct) =>
        (await Covered(id, context, store, ct)).ToHttp(View);

    private static async Task<Results<Ok<RunView>, ProblemHttpResult>> Retry(string id, HttpContext context, RunStore store, TimeProvider clock, CancellationToken ct)
    {
        var run = await Covered(id, context, store, ct);
        return run.Refused ? run.Refusal.ToProblem() : (await store.Retry(run.Value, context.Caller(), clock.GetUtcNow(), ct)).ToHttp(View);
    }

    private static async Task<Results<Ok<EvalReport>, ProblemHttpResult>> Report(string id, HttpContext context, RunStore store, CancellationToken ct)
    {
        var run = await Covered(id, context, store, ct);
        return run.Refused ? run.Refusal.ToProblem() : (await store.Report(id, ct)).ToHttp(report => run.Value.Sealed ? Holdout.Sealed(report) : report);
    }

    private static async Task<Results<Ok<IReadOnlyList<CaseChange>>, ProblemHttpResult>> Changes(string id, HttpContext context, RunStore store, CancellationToken ct)
    {
        var run = await Covered(id, context, store, ct);
        if (run.Refused)
            return run.Refusal.ToProblem();
        return run.Value.Sealed ? Holdout.CasesHidden(id).ToProblem() : TypedResults.Ok(run.Value.Changes(await store.Outcomes(id, ct)));
    }

    private static async Task<Result<Run>> Covered(string id, HttpContext context, RunStore store, CancellationToken ct)
    {
        var run = await store.Find(id, ct);
        return !run.Refused && !context.Caller().Covers(run.Value.App) ? RunStore.Missing(id) : run;
    }

    private static RunView View(Run run) => new(
        run.Id, run.App, run.Suite, run.Bundle, run.Baseline, run.Dataset, run.DatasetSha256, run.PolicySha256, run.State,
        run.Done, run.Total, run.Verdict, run.Gates, run.RequestedBy, run.StartedAt, run.FinishedAt, run.Error, run.Sealed);
}
