using System.Globalization;

namespace LlmOps.Evaluation;

/// <summary>A gate that decides rests on a judge's grades only where that judge was held against humans, and graded both sides.</summary>
public static class JudgeTrust
{
    /// <summary>The metrics that judges grade, each with why no gate may rest on it; null where no scorer judges.</summary>
    public static IReadOnlyList<ReportJudge>? Of(IEnumerable<Scorer> scorers, JudgePolicy policy, IReadOnlyList<JudgeCalibration> calibrations)
    {
        var judges = scorers.Where(scorer => scorer.JudgeIdentity is not null)
            .Select(scorer => new ReportJudge(scorer.Name, scorer.JudgeIdentity!, policy.Required ? Distrust(JudgeVersion.Of(scorer)!, policy, calibrations) : null)).ToList();
        return judges.Count == 0 ? null : judges;
    }

    /// <summary>The policy without the gains that a judge nobody trusts would have to show.</summary>
    internal static Policy Narrowed(Policy policy, IReadOnlyList<ReportJudge>? judges)
    {
        var distrusted = (judges ?? []).Where(judge => judge.Distrust is not null).Select(judge => judge.Metric).ToList();
        return policy with { Gates = [.. policy.Gates.Select(gate => gate.UnlessGain is { } gain && distrusted.Contains(gain.Metric) ? gate with { UnlessGain = null } : gate)] };
    }

    internal static IReadOnlyList<GateResult> Decide(IReadOnlyList<GateResult> gates, IReadOnlyList<ReportJudge>? judges, IReadOnlyList<ReportJudge>? baseline)
    {
        if (judges is null)
            return gates;
        return [.. gates.Select(gate => gate.Decides && judges.FirstOrDefault(judge => judge.Metric == gate.Metric) is { } judge && (judge.Distrust ?? Changed(judge, baseline)) is { } why
            ? gate with { Verdict = Verdict.Inconclusive, CasesNeeded = null, Reason = why }
            : gate)];
    }

    private static string? Changed(ReportJudge judge, IReadOnlyList<ReportJudge>? baseline) =>
        baseline?.FirstOrDefault(other => other.Metric == judge.Metric) is { } other && other.Identity != judge.Identity
            ? $"{judge.Metric} of the baseline was graded by {other.Identity}, that of the candidate by {judge.Identity}: their scores do not compare. Score the baseline again with this suite."
            : null;

    private static string? Distrust(JudgeVersion judge, JudgePolicy policy, IReadOnlyList<JudgeCalibration> calibrations)
    {
        var (id, own) = (judge.Id(), calibrations.Where(calibration => calibration.Judge.Name == judge.Name && calibration.Judge.Rubric == judge.Rubric).ToList());
        var calibration = own.Find(one => one.JudgeId == id) ?? own.FirstOrDefault();
        if (JudgeGate.Check(judge, calibration, baseline: null) is { } refusal)
            return refusal.Detail;
        // What the calibration was held to may be less than the policy asks for.
        var kappa = Kappa.Of(calibration!.Confusion, Calibration.Alpha);
        return kappa?.Interval.Lo >= policy.MinKappa ? null : string.Create(CultureInfo.InvariantCulture,
            $"The judge {judge.Name} agrees with humans by a kappa of {kappa?.Value:0.00}, at least {kappa?.Interval.Lo:0.00}; the policy asks for {policy.MinKappa:0.00}. Label more rows and run llmops judge calibrate, or choose another judge.");
    }
}
