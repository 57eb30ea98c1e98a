namespace LlmOps.Evaluation;

/// <summary>Whether a gate may rest on a judge's scores. Without trust its verdict is inconclusive, with this reason.</summary>
public static class JudgeGate
{
    /// <param name="judge">The judge that graded the candidate.</param>
    /// <param name="calibration">What is on file under its name; null where nothing is.</param>
    /// <param name="baseline">Id of the judge that graded the baseline; null where nothing is compared.</param>
    /// <returns>Null where it may.</returns>
    public static Refusal? Check(JudgeVersion judge, JudgeCalibration? calibration, string? baseline)
    {
        var id = judge.Id();
        if (calibration is null)
            return No("judge-not-calibrated", $"The judge {judge.Name} was never held against human labels. Run llmops judge calibrate --judge {judge.Name} --rubric {judge.Rubric} --in ROWS.jsonl.");
        if (calibration.JudgeId != id)
            return No("judge-changed", $"The judge {judge.Name} was calibrated as {Short(calibration.JudgeId)} and is {Short(id)} now: its model, rubric or prompt has changed. Run llmops judge calibrate again.");
        if (calibration.Verdict != Verdict.Pass)
            return No("judge-not-trusted", $"The calibration of the judge {judge.Name} did not pass: {calibration.Reason}");
        if (baseline is not null && baseline != id)
            return No("judge-differs", $"The baseline was graded by {Short(baseline)}, the candidate by {Short(id)}: their scores do not compare. Score the baseline again with this judge.");
        return null;
    }

    private static Refusal No(string code, string detail) => Refusal.Conflict(code, detail);

    private static string Short(string id) => id.Length > 18 ? id[..18] : id;
}
