using Microsoft.AspNetCore.Http.HttpResults;

namespace LlmOps.Evals;

public static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder app)
    {
        var jobs = app.MapGroup("/jobs").WithTags("Jobs").RequireScope(Scope.Internal).ProducesProblem(400);

        jobs.MapPost("/claim",   Claim).WithSummary("Take cases to run, under a lease");
        jobs.MapPost("/results", Finish).WithSummary("Hand in results; those of a lost lease do not count");
    }

    private static async Task<Ok<IReadOnlyList<EvalJob>>> Claim(ClaimJobs claim, JobStore store, TimeProvider clock, CancellationToken ct) =>
        TypedResults.Ok(await store.Claim(claim.Runner, claim.Max, clock.GetUtcNow(), ct));

    private static async Task<Ok<FinishedJobs>> Finish(FinishJobs finish, JobStore store, CancellationToken ct) =>
        TypedResults.Ok(new FinishedJobs(await store.Finish(finish.Results, ct)));
}
