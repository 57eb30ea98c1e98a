using LlmOps.Evaluation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LlmOps.Evals;

public static class JudgeEndpoints
{
    public static void MapJudges(this IEndpointRouteBuilder app)
    {
        var judges = app.MapGroup("/judges").WithTags("Judges");

        judges.MapGet("",                  List).RequireScope(Scope.ReadDatasets).WithSummary("The calibrations of the judges");
        judges.MapPut("/{id}/calibration", Put).RequireScope(Scope.WriteDatasets).WithSummary("Keep what llmops judge calibrate found out").ProducesProblem(400);
    }

    private static async Task<Results<Ok<CalibrationView[]>, ProblemHttpResult>> List(HttpContext context, CalibrationStore store, CancellationToken ct, string? app = null)
    {
        var asked = context.Caller().Asked(app);
        return asked.Refused ? asked.Refusal.ToProblem() : TypedResults.Ok((await store.Views(asked.Value.App, ct)).ToArray());
    }

    private static async Task<Results<Ok<CalibrationView>, ProblemHttpResult>> Put(
        string id, PutCalibration put, HttpContext context, CalibrationStore store, TimeProvider clock, CancellationToken ct)
    {
        var caller = context.Caller();
        if (caller.Uncovered(put.App) is { } uncovered)
            return uncovered.ToProblem();
        var calibration = StoredCalibration.Parse(put.Text, $"{id}.json");
        if (calibration.Refused)
            return calibration.Refusal.ToProblem();
        return calibration.Value.JudgeId == id
            ? TypedResults.Ok(await store.Put(put.App, calibration.Value, caller, clock.GetUtcNow(), ct))
            : Refusal.Invalid("judge-differs", $"The calibration is of {calibration.Value.JudgeId}, not of {id}. Put it under its own judge.").ToProblem();
    }
}
