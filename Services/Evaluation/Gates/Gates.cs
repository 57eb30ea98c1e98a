namespace LlmOps.Evaluation;

/// <summary>Decides a policy's gates on case results. Pure: the same cases and the same seed give the same answer.</summary>
public static class Gates
{
    /// <param name="baseline">Results of what is live on the same cases; null where nothing is live.</param>
    /// <param name="seed">Of the bootstrap.</param>
    public static IReadOnlyList<GateResult> Decide(
        Policy policy, IReadOnlyList<CaseResult> candidate, IReadOnlyList<CaseResult>? baseline, int seed = 0) =>
        [.. from gate in policy.Gates
            from segment in Segments(gate, candidate, baseline)
            from rule in GateRule.Of(gate)
            let decides = (gate.OnInconclusive ?? policy.OnInconclusive) == OnInconclusive.Block
            select rule.Decide(segment, candidate, baseline, policy.Alpha, decides, seed)];

    private static List<string?> Segments(PolicyGate gate, IReadOnlyList<CaseResult> candidate, IReadOnlyList<CaseResult>? baseline)
    {
        if (gate.Segment != PolicyGate.EachSegment)
            return [gate.Segment];
        var segments = candidate.Concat(baseline ?? []).Select(result => result.Segment).OfType<string>().Distinct().Order(StringComparer.Ordinal);
        return [.. segments.DefaultIfEmpty(PolicyGate.EachSegment)]; // a gate on segments that are not there must not vanish
    }
}
