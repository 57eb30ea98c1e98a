using LlmOps.Evaluation;

namespace LlmOps.Evals;

/// <summary>What a run answers: is this bundle, on these cases, by this policy, no worse than that one?</summary>
/// <param name="Baseline">What is live; null before the first release.</param>
/// <param name="Calibrations">Of the app's judges: a judge that was calibrated since is another question.</param>
public sealed record RunQuestion(
    SuiteVersion Suite, DatasetVersion Dataset, string PolicyText, string Bundle, string? Baseline, string RequestedBy, IReadOnlyList<JudgeCalibration> Calibrations)
{
    public string App => Suite.App;

    public string PolicySha256 => ContentHash.OfText(PolicyText);

    /// <summary>The same question has the same id, so it is asked and paid for once.</summary>
    public string Id => $"run_{ContentHash.Of(new { App, Suite = Suite.Sha256, Dataset = Dataset.Sha256, Policy = PolicySha256, Bundle, Baseline, Judges })}";

    private string? Judges => Calibrations.Count > 0 && Suite.Judges().Count > 0 ? ContentHash.Of(Calibrations) : null;

    /// <summary>A policy with a gate on time: then both bundles are measured now, side by side, and no earlier answer stands in.
    /// Minutes differ more than bundles do.</summary>
    public bool MeasuresTime => Policy.Parse(PolicyText, "policy") is { Refused: false, Value: var policy } && policy.Gates.Any(gate => Metric.Of(gate.Metric).IsTime);

    /// <summary>One job per case, repeat and bundle. Both bundles of a case stand side by side, so that slow minutes hit both alike.</summary>
    public Result<IReadOnlyList<PlannedJob>> Jobs()
    {
        var suite = Evaluation.Suite.Parse(Suite.Text, $"{Suite.Name}.yaml");
        if (suite.Refused)
            return suite.Refusal;
        if (suite.Value.Load is not null)
            return Refusal.Invalid("serving-suite", $"{Suite.Name} puts a model under load, which would be that of every other run, too. Run it with llmops eval on a machine of its own.");
        var dataset = Evaluation.Dataset.Parse(Dataset.Text, $"{Dataset.Name}.jsonl");
        if (dataset.Refused)
            return dataset.Refusal;
        var lines = Dataset.Text.Split('\n');
        string[] bundles = Baseline is null || Baseline == Bundle ? [Bundle] : [Bundle, Baseline];
        return Result.Of<IReadOnlyList<PlannedJob>>([
            .. from @case in dataset.Value.Cases
               let text = lines[@case.Line - 1].Trim('\uFEFF', '\r')
               from repeat in Enumerable.Range(1, suite.Value.Repeats)
               from bundle in bundles
               select new PlannedJob(bundle, @case.Id, repeat, @case.Segment, text)]);
    }
}

/// <param name="Repeat">From 1.</param>
/// <param name="CaseText">The dataset row.</param>
public sealed record PlannedJob(string Bundle, string CaseId, int Repeat, string? Segment, string CaseText);
