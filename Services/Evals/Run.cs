using LlmOps.Evaluation;

namespace LlmOps.Evals;

/// <summary>One evaluation of a bundle, beside the live one on the same cases.</summary>
/// <param name="Done">Of <paramref name="Total"/> jobs.</param>
/// <param name="Verdict">Null until finished.</param>
/// <param name="Error">Why a failed run has no verdict.</param>
/// <param name="Sealed">On a holdout: nothing about single cases leaves this service.</param>
public sealed record Run(
    string Id, string App, string Suite, string SuiteSha256, string Dataset, string DatasetSha256, string PolicyText, string PolicySha256, string Bundle, string? Baseline,
    RunState State, Verdict? Verdict, IReadOnlyList<GateResult> Gates, string RequestedBy, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, string? Error, int Total, int Done,
    bool Sealed)
{
    private const int Seed = 0; // of the bootstrap: fixed, so that the same results always give the same verdict

    /// <summary>The report, once every job has its result; or why there can be none.</summary>
    /// <param name="released">The run on which the baseline was measured as a candidate itself; null where there is none.</param>
    public Result<EvalReport> Conclude(SuiteVersion suite, DatasetVersion dataset, IReadOnlyList<JobOutcome> jobs, IReadOnlyList<JudgeCalibration> calibrations, Run? released, DateTimeOffset now)
    {
        if (jobs.Count == 0)
            return Refusal.Invalid("no-cases", "The run has no cases, so nothing can be decided on it. Add rows to the dataset and ask again.");
        var (policy, scorers, cases) = (Policy.Parse(PolicyText, "policy"), Evaluation.Suite.Parse(suite.Text, $"{Suite}.yaml"), Evaluation.Dataset.Parse(dataset.Text, $"{Dataset}.jsonl"));
        if ((policy.Refusal ?? scorers.Refusal ?? cases.Refusal) is { } refusal)
            return refusal;

        var (judge, judges) = (ReportBuilder.JudgeOf(suite.Judges()), JudgeTrust.Of(suite.Judges(), policy.Value!.Judges, calibrations));
        var baseline = Baseline is null ? null : Report(Baseline, policy.Value! with { Gates = [] }, null);
        return Report(Bundle, policy.Value!, baseline) with { Marks = Marks(released) };

        EvalReport Report(string bundle, Policy by, EvalReport? against) => ReportBuilder.Build(
            bundle, cases.Value!, by, [.. jobs.Where(job => job.Bundle == bundle).Select(job => job.Result!)], against,
            judge, Seed, StartedAt, now - StartedAt, judges);
    }

    /// <summary>What the two bundles are judged by now, and the live one was not when it was the candidate.</summary>
    private List<ReportMark>? Marks(Run? released)
    {
        if (released is null)
            return null;
        (string What, bool Same)[] judging =
        [
            ($"the suite {Suite}", SuiteSha256 == released.SuiteSha256), ($"the dataset {Dataset}", DatasetSha256 == released.DatasetSha256), ("the policy", PolicySha256 == released.PolicySha256),
        ];
        var marks = judging.Where(part => !part.Same).Select(part => new ReportMark("judges-itself", $"{part.What} is not the one that {released.Bundle}, which is live, was evaluated by ({released.Id}).")).ToList();
        return marks.Count == 0 ? null : marks;
    }

    /// <summary>Cases whose outcome differs between the bundles, the newly failing first. A case passes when all its repeats do.</summary>
    public IReadOnlyList<CaseChange> Changes(IReadOnlyList<JobOutcome> jobs)
    {
        var changes = from @case in jobs.Where(job => job.Result is not null).GroupBy(job => job.CaseId)
                      let candidate = Worst(@case, Bundle)
                      let baseline = Worst(@case, Baseline)
                      where candidate is not null && baseline is not null && candidate.Passed != baseline.Passed
                      orderby candidate.Passed
                      select new CaseChange(@case.Key, candidate.Segment, @case.First().Input(), baseline, candidate);
        return [.. changes];
    }

    private static CaseResult? Worst(IEnumerable<JobOutcome> repeats, string? bundle) =>
        repeats.Where(job => job.Bundle == bundle).Select(job => job.Result!).OrderBy(result => result.Passed).FirstOrDefault();
}

/// <summary>One job of a run and what came of it; null where nothing has yet.</summary>
public sealed record JobOutcome(string Bundle, string CaseId, string CaseText, CaseResult? Result)
{
    /// <summary>What the case asks, as people read it.</summary>
    public string Input() => Dataset.Parse(CaseText, $"{CaseId}.jsonl").Value is { } row ? string.Join('\n', row.Cases[0].Vars.Values) : CaseText;
}
