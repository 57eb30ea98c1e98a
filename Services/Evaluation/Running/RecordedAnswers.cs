namespace LlmOps.Evaluation;

/// <summary>What a recording cannot say. Answers that are not in it leave every gate open, and its times, measured at another hour on another machine, can be held against
/// recorded times alone.</summary>
internal static class RecordedAnswers
{
    internal static IReadOnlyList<GateResult> Decide(IReadOnlyList<GateResult> gates, IReadOnlyList<CaseResult> candidate, IReadOnlyList<CaseResult>? baseline)
    {
        var lacking = candidate.Count(result => result.Error?.StartsWith(Recording.MissingCode, StringComparison.Ordinal) == true);
        if (lacking > 0)
            return [.. gates.Select(gate => Open(gate, $"The recording has no answer to {lacking:N0} of {candidate.Count:N0} cases, so nothing is known about them. Record them with llmops eval --record, where the model can be asked."))];
        if (AreIn(candidate) == (baseline is not null && AreIn(baseline)))
            return gates;
        return [.. gates.Select(gate => Metric.Of(gate.Metric).IsTime
            ? Open(gate, "The times come from a recording on one side only, so they cannot be compared. Run both sides live, or record both.")
            : gate)];
    }

    private static GateResult Open(GateResult gate, string why) => gate with { Verdict = Verdict.Inconclusive, CasesNeeded = null, Reason = why };

    private static bool AreIn(IReadOnlyList<CaseResult> cases) => cases.Any(result => result.Flags?.Contains(Scoring.Recorded) == true);
}
