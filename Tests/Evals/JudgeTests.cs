using LlmOps.Evaluation;
using LlmOps.Tests.Evaluation;

namespace LlmOps.Tests.Evals;

public sealed class JudgeTests(EvalsService service) : IClassFixture<EvalsService>
{
    private const string Suite = """
        dataset: datasets/golden.jsonl
        scorers:
        - { name: tone, type: judge, rubric: tone }
        """;

    private const string OnTone = "gates:\n- { metric: tone, min: 0.6, method: point }\n";

    private static readonly JudgeCalibration Calibration = JudgeTrustTests.Calibrated(48, 2);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_gate_waits_for_the_judge_to_be_calibrated_and_then_the_same_bundle_may_be_asked_again()
    {
        var before = await Evaluate("waits");
        await service.Client(Role.Engineer).PutCalibration(Calibration.JudgeId, new("waits", Json.Write(Calibration)), Ct);
        var after = await Evaluate("waits");

        Assert.Equal(Verdict.Inconclusive, before.Verdict);
        Assert.Contains("llmops judge calibrate", before.Gates.Single().Reason, StringComparison.Ordinal);
        Assert.Equal(Verdict.Pass, after.Verdict);
        Assert.NotEqual(before.Id, after.Id);
    }

    [Fact]
    public async Task A_calibration_is_listed_and_logged_once()
    {
        var client = service.Client(Role.Engineer);

        await client.PutCalibration(Calibration.JudgeId, new("listed", Json.Write(Calibration)), Ct);
        await client.PutCalibration(Calibration.JudgeId, new("listed", Json.Write(Calibration)), Ct);

        var view = Assert.Single((await service.Client(Role.Viewer).Calibrations("listed", Ct)).Value!);
        Assert.Equal((Calibration.JudgeId, "tone", 100, Verdict.Pass, "engineer@local"), (view.Judge, view.Rubric, view.N, view.Verdict, view.Author));
        var page = await System.Net.Http.Json.HttpClientJsonExtensions.GetFromJsonAsync<AuditPage>(service.As(Role.Auditor), "audit", Json.Options, Ct);
        Assert.Single(page!.Entries, entry => entry.Object == $"judge:listed/{Calibration.JudgeId}");
    }

    [Fact]
    public async Task A_calibration_that_nobody_can_have_measured_or_that_is_another_judges_is_refused()
    {
        var client = service.Client(Role.Engineer);

        var forged = await client.PutCalibration(Calibration.JudgeId, new("forged", Json.Write(Calibration with { Confusion = new(50, 0, 0, 50) })), Ct);
        var other = await client.PutCalibration("judge_00", new("forged", Json.Write(Calibration)), Ct);
        var viewer = await service.Client(Role.Viewer).PutCalibration(Calibration.JudgeId, new("forged", Json.Write(Calibration)), Ct);

        Assert.Equal(["bad-calibration", "judge-differs", "scope-missing"], new[] { forged, other, viewer }.Select(result => result.Refusal?.Code));
    }

    private async Task<RunView> Evaluate(string app)
    {
        await service.Client(Role.Engineer).PutDataset("golden", new(app, EvalsService.Rows("a", "b"), null), Ct);
        await service.Client(Role.Engineer).PutSuite("guest", new(app, Suite), Ct);
        var run = (await service.Internal.Start(new(app, "guest", $"b_{app}", null, OnTone, "engineer@local"), Ct)).Value!;
        var jobs = await service.Claim("runner", 8, Ct);
        await service.Finish(Ct, [.. jobs.Select(job => EvalsService.Answered(job, right: true)).Select(answer => answer with { Result = answer.Result with { Scores = new Dictionary<string, double> { ["tone"] = 1 } } })]);
        await service.Pass(Ct);
        return (await service.Internal.Run(run.Id, Ct)).Value!;
    }
}
