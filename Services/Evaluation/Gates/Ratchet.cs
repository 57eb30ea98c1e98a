using System.Globalization;

namespace LlmOps.Evaluation;

/// <summary>Finds the absolute limits of a policy that what is live has outgrown: a floor far below it would let the next change fall that far unseen.</summary>
public static class Ratchet
{
    private const double Step = 0.01; // a whole pp; less than one is no reason to change a policy
    private const double Rounding = 1e-9;

    /// <summary>One proposal for each rate's <c>min</c> or <c>max</c> whose distance from the baseline's bound is at least a whole pp.</summary>
    public static IReadOnlyList<ReportRatchet> Of(Policy policy, EvalReport baseline)
    {
        var cases = new CaseSet(baseline.Cases, baseline: null, baseline.Dataset.Cases);
        if ((cases.Unanswered ?? cases.Unreliable ?? cases.Failing) is not null)
            return [];
        return [.. from gate in policy.Gates
                   from rule in GateRule.Of(gate)
                   where rule is { Relative: false, Metric.IsRate: true }
                   from target in Target.Of(gate, cases)
                   let proposal = Tighter(rule with { Method = GateMethod.Interval }, target, cases, policy.Alpha, baseline.Seed)
                   where proposal is not null
                   select proposal];
    }

    private static ReportRatchet? Tighter(GateRule rule, Target target, CaseSet cases, double alpha, int seed)
    {
        var now = rule.Decide(target, cases, alpha, decides: false, seed);
        if (now is not { Verdict: Verdict.Pass, Interval: { } room, Candidate: { } value })
            return null;
        var sure = rule.Bound + (rule.Up ? room.Hi : room.Lo) / rule.Metric.Scale;
        var proposed = Math.Round(rule.Up ? Math.Ceiling(sure / Step - Rounding) * Step : Math.Floor(sure / Step + Rounding) * Step, 2);
        if ((rule.Up ? rule.Bound - proposed : proposed - rule.Bound) < Step - Rounding)
            return null;
        return new ReportRatchet(rule.Metric.Name, target.Name, rule.Bound, proposed, string.Create(CultureInfo.InvariantCulture,
            $"{rule.Metric.Name}{(target.Name is null ? "" : $" of {target.Name}")} is {100 * value:0.##} % in what is live, surely {(rule.Up ? "at most" : "at least")} {100 * sure:0.##} % on {now.N:N0} cases, and the policy's {(rule.Up ? "max" : "min")} is {100 * rule.Bound:0.##} %: set it to {proposed:0.##}, so that nothing falls back unseen."));
    }
}
