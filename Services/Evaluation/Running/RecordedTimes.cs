namespace LlmOps.Evaluation;

/// <summary>Times out of a recording were measured at another hour, on another machine: they can be held against recorded times alone.</summary>
internal static class RecordedTimes
{
    internal static IReadOnlyList<GateResult> Decide(IReadOnlyList<GateResult> gates, IReadOnlyList<CaseResult> candidate, IReadOnlyList<CaseResult>? baseline)
    {
        if (AreIn(candidate) == (baseline is not null && AreIn(baseline)))
            return gates;
        return [.. gates.Select(gate => Metric.Of(gate.Metric).IsTime
            ? gate with { Verdict = Verdict.Inconclusive, CasesNeeded = null, Reason = "The times come from a recording on one side only, so they cannot be compared. Run both sides live, or record both." }
            : gate)];
    }

    private static bool AreIn(IReadOnlyList<CaseResult> cases) => cases.Any(result => result.Flags?.Contains(Scoring.Recorded) == true);
}
