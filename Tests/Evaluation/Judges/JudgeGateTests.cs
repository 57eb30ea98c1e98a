using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Judges;

public sealed class JudgeGateTests
{
    private static readonly JudgeVersion Judge = new("openai/gpt-4o", "accuracy/1", "openai/gpt-4o@2024-11-20", "abc");

    [Fact]
    public void A_calibrated_judge_that_also_graded_the_baseline_may_decide() => Assert.Null(JudgeGate.Check(Judge, Calibrated(Judge), Judge.Id()));

    [Fact]
    public void Where_nothing_is_compared_calibration_is_enough() => Assert.Null(JudgeGate.Check(Judge, Calibrated(Judge), baseline: null));

    [Fact]
    public void A_judge_never_held_against_humans_decides_nothing() => Assert.Equal("judge-not-calibrated", JudgeGate.Check(Judge, null, Judge.Id())!.Code);

    [Fact]
    public void Another_model_rubric_or_prompt_is_another_judge()
    {
        JudgeVersion[] changed = [Judge with { Model = "openai/gpt-4o@2025-01-01" }, Judge with { Rubric = "accuracy/2" }, Judge with { PromptSha256 = "abd" }];

        Assert.All(changed, judge => Assert.Equal("judge-changed", JudgeGate.Check(judge, Calibrated(Judge), judge.Id())!.Code));
        Assert.Equal(4, changed.Append(Judge).Select(judge => judge.Id()).Distinct().Count());
    }

    [Theory]
    [InlineData(Verdict.Fail)]
    [InlineData(Verdict.Inconclusive)]
    public void A_calibration_that_did_not_pass_gives_no_trust(Verdict verdict) =>
        Assert.Equal("judge-not-trusted", JudgeGate.Check(Judge, Calibrated(Judge) with { Verdict = verdict }, Judge.Id())!.Code);

    [Fact]
    public void A_baseline_graded_by_another_judge_must_be_graded_again() =>
        Assert.Equal("judge-differs", JudgeGate.Check(Judge, Calibrated(Judge), (Judge with { PromptSha256 = "old" }).Id())!.Code);

    [Fact]
    public void A_calibration_survives_its_file()
    {
        var calibration = Calibrated(Judge);

        var read = Json.Read<JudgeCalibration>(Json.Write(calibration));

        Assert.Equal((calibration.JudgeId, calibration.JudgeId), (read.JudgeId, read.Judge.Id()));
        Assert.Null(JudgeGate.Check(Judge, read, Judge.Id()));
    }

    private static JudgeCalibration Calibrated(JudgeVersion judge)
    {
        var counts = new Confusion(48, 2, 2, 48);
        return new JudgeCalibration(
            1, judge.Id(), judge, new ReportDataset("labels", "00", 100), counts.N, Kappa.Of(counts, 0.05), counts, counts.Sensitivity(0.05), counts.Specificity(0.05),
            0, null, null, [], [JudgeProbe.Of(JudgeProbe.Injection, [false], 0.05)], JudgeCalibration.DefaultMinimum, Verdict.Pass, "");
    }
}
