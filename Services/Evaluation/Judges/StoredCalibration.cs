using System.Text.Json;

namespace LlmOps.Evaluation;

/// <summary>A calibration from a file. One whose parts contradict each other is refused: nobody can have measured it.</summary>
public static class StoredCalibration
{
    private const double Rounding = 1e-9;

    public static Result<JudgeCalibration> Parse(string json, string file)
    {
        JudgeCalibration calibration;
        try
        {
            calibration = Json.Read<JudgeCalibration>(json);
        }
        catch (JsonException e)
        {
            return Broken(file, $"is no calibration{(e.LineNumber is { } line ? $" (line {line + 1})" : "")}: {e.Message}");
        }
        return Problem(calibration) is { } problem ? Broken(file, problem) : calibration;
    }

    private static string? Problem(JudgeCalibration calibration)
    {
        if (calibration is not { SchemaVersion: 1, JudgeId: not null, Judge: { Name: not null, Rubric: not null }, Confusion: not null, Probes: not null, Segments: not null, Reason: not null })
            return "lacks one of schemaVersion 1, judgeId, judge, confusion, probes, segments and reason.";
        if (calibration.JudgeId != calibration.Judge.Id())
            return "gives a judgeId that is not the hash of its judge.";
        if (calibration.Confusion is { TruePass: < 0 } or { FalsePass: < 0 } or { FalseFail: < 0 } or { TrueFail: < 0 } || calibration.N != calibration.Confusion.N)
            return "has counts that do not add up to n.";
        var kappa = Kappa.Of(calibration.Confusion, Calibration.Alpha);
        return kappa is null == calibration.Kappa is null && Math.Abs((kappa?.Interval.Lo ?? 0) - (calibration.Kappa?.Interval.Lo ?? 0)) < Rounding
            ? null
            : "gives a kappa that its own counts do not give.";
    }

    private static Refusal Broken(string file, string problem) => Refusal.Invalid("bad-calibration", $"{file} {problem} Write it again with llmops judge calibrate.");
}
