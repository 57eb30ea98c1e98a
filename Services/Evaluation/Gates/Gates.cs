namespace LlmOps.Evaluation;

/// <summary>Decides a policy's gates on case results. Pure: the same cases and the same seed give the same answer.
/// Passing needs every gate to pass at alpha (an intersection-union test, Berger 1982), so the chance of a false overall pass stays at alpha without adjustment.
/// Failing is a family of tests, so an interval gate fails only when its p-value over all of them (gates × slices) is at most alpha after Holm's adjustment, else it is inconclusive.</summary>
public static class Gates
{
    private const string ErrorRate = "error_rate";

    /// <param name="baseline">Results of what is live on the same cases; null where nothing is live.</param>
    /// <param name="seed">Of the resampling.</param>
    /// <param name="size">Cases of the dataset, so that missing ones are noticed; null where nobody says.</param>
    public static IReadOnlyList<GateResult> Decide(
        Policy policy, IReadOnlyList<CaseResult> candidate, IReadOnlyList<CaseResult>? baseline, int seed = 0, int? size = null)
    {
        var cases = new CaseSet(candidate, baseline, size);
        var alone = (from gate in policy.Gates from one in Of(gate, policy, cases, seed) select (Gate: gate, one.Target, one.Result)).ToList();
        var family = Family([.. alone.Select(one => one.Result)], policy.Alpha);
        return Tradeoff.Coupled([.. alone.Zip(family, (one, result) => (one.Gate, Final(one.Gate, one.Target, result)))]);

        GateResult Final(PolicyGate gate, Target target, GateResult result) =>
            Trusted(gate.UnlessGain is { } price ? Tradeoff.Bought(price, result, target, cases, policy.Alpha / 2, seed) : result, cases);
    }

    private static IEnumerable<(Target Target, GateResult Result)> Of(PolicyGate gate, Policy policy, CaseSet cases, int seed)
    {
        var decides = (gate.OnInconclusive ?? policy.OnInconclusive) == OnInconclusive.Block;
        var alpha = gate.UnlessGain is null ? policy.Alpha : policy.Alpha / 2; // two ways to pass share what one may err
        var limits = from rule in GateRule.Of(gate).ToList() from target in Target.Of(gate, cases) select (target, rule.Decide(target, cases, alpha, decides, seed));
        return gate.MaxGap is null ? limits : limits.Append((Target.All, SliceGap.Decide(gate, cases, alpha, decides, seed)));
    }

    private static List<GateResult> Family(List<GateResult> gates, double alpha)
    {
        var adjusted = new Queue<double>(Holm.Adjust([.. gates.Select(gate => gate.P).OfType<double>()]));
        return [.. gates.Select(gate => gate.P is null ? gate : Adjusted(gate with { AdjustedP = adjusted.Dequeue() }))];

        GateResult Adjusted(GateResult gate) => gate.Verdict != Verdict.Fail || gate.AdjustedP <= alpha ? gate : gate with
        {
            Verdict = Verdict.Inconclusive,
            Reason = FormattableString.Invariant($"{gate.Reason} One of {gates.Count} gates may look like this by chance (adjusted p {gate.AdjustedP:0.###}). Run more cases of it to be sure."),
        };
    }

    /// <summary>Cases that failed, are missing or came twice never help a gate to pass.</summary>
    private static GateResult Trusted(GateResult gate, CaseSet cases)
    {
        if (cases.Unanswered is { } unanswered)
            return gate with { Verdict = Verdict.Fail, Reason = unanswered };
        var doubt = cases.Unreliable ?? (gate.Metric == ErrorRate ? null : cases.Failing);
        return doubt is not null && gate.Verdict == Verdict.Pass ? gate with { Verdict = Verdict.Inconclusive, Reason = doubt } : gate;
    }
}
