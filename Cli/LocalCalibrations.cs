using LlmOps.Evaluation;

namespace LlmOps.Cli;

/// <summary>What an application's folder keeps about its judges: the files that <c>llmops judge calibrate</c> writes.</summary>
public static class LocalCalibrations
{
    public const string Folder = "calibrations";

    public static Result<IReadOnlyList<JudgeCalibration>> Read(AppFolder folder)
    {
        var calibrations = folder.Files(Folder, "*.json").Select(file => StoredCalibration.Parse(folder.Text(file), file)).ToList();
        return calibrations.Find(calibration => calibration.Refused) is { Refusal: { } broken }
            ? broken
            : Result.Of<IReadOnlyList<JudgeCalibration>>([.. calibrations.Select(calibration => calibration.Value!)]);
    }
}
