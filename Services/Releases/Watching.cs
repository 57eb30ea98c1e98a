using LlmOps.Evaluation;

namespace LlmOps.Releases;

/// <summary>Turns evidence into verdicts under the policy's rules.</summary>
public static class Watching
{
    private const double DefaultErrorIncrease = 0.02;
    private const double SlowShare = 0.01;

    /// <summary>What holds where a policy has no release section: a cautious way to traffic.</summary>
    public static ReleasePolicy Default { get; } = new(
        [5, 25, 100], TimeSpan.FromMinutes(30), MinRequests: 300, new ShadowPolicy(ShadowMode.Blocking, TimeSpan.FromHours(24)), [], Rollback: null, NoUnit.Request);

    public static TimeSpan Window(ReleasePolicy policy) => policy.Rollback?.Window ?? TimeSpan.FromMinutes(30);

    /// <summary>The canary against the stable arm of the same step. Without rules of its own a policy still watches errors.</summary>
    public static IReadOnlyList<GateResult> Canary(Policy policy, Evidence evidence) => [.. Rules(policy).Select(rule => Decide(rule, policy, evidence))];

    /// <summary>A shadow's answers reach nobody, so errors are all it can show.</summary>
    public static GateResult Shadow(Policy policy, Evidence evidence) =>
        Decide(Rules(policy).FirstOrDefault(rule => rule is { Metric: "error_rate", MaxIncrease: not null }) ?? new WatchRule("error_rate", DefaultErrorIncrease, null), policy, evidence);

    /// <summary>The hard limits on the candidate alone. What nobody measures is said to be unknown and decides nothing.</summary>
    public static IReadOnlyList<GateResult> Limits(Policy policy, ArmTally candidate)
    {
        var release = policy.Release ?? Default;
        if (release.Rollback is not { } rollback)
            return [];
        var window = new CanaryWindow(candidate.Requests, candidate.Errors, candidate.Slow, P99(candidate, rollback.P99Ms), new ArmCount(0, 0), FailedSmokeTests: 0);
        var measured = RollbackDecision.Decide(rollback with { Groundedness = null, FailedSmokeTests = null }, window, release.MinRequests, policy.Alpha);
        var unmeasured = new (string Metric, double? Limit)[]
        {
            ("groundedness", rollback.Groundedness), ("failed_smoke_tests", rollback.FailedSmokeTests), ("confidence", rollback.ConfidenceSe),
        };
        // A point estimate of a handful of requests is no estimate.
        var known = rollback.Method == GateMethod.Point && candidate.Requests < release.MinRequests
            ? measured.Select(result => result with { Verdict = Verdict.Inconclusive, Reason = $"{result.Reason} Fewer than {release.MinRequests} requests do not decide." })
            : measured;
        return [.. known, .. from rule in unmeasured where rule.Limit is not null select Unmeasured(rule.Metric, rule.Limit, candidate.Requests, decides: false)];
    }

    private static IReadOnlyList<WatchRule> Rules(Policy policy) =>
        policy.Release?.Watch is { Count: > 0 } rules ? rules : [new WatchRule("error_rate", DefaultErrorIncrease, MaxDrop: null)];

    private static GateResult Decide(WatchRule rule, Policy policy, Evidence evidence)
    {
        var decides = (rule.OnInconclusive ?? policy.OnInconclusive) == OnInconclusive.Block;
        return evidence.Candidate.Of(rule.Metric) is { } candidate && evidence.Stable.Of(rule.Metric) is { } stable
            ? WatchDecision.Decide(rule, stable, candidate, policy.Alpha) with { Decides = decides }
            : Unmeasured(rule.Metric, rule.MaxIncrease ?? rule.MaxDrop, evidence.Candidate.Requests, decides);
    }

    private static GateResult Unmeasured(string metric, double? margin, long n, bool decides) => new(
        metric, null, n, null, null, null, Metric.Of(metric).Unit, null, margin, "none", Verdict.Inconclusive, decides, null, null,
        $"{metric} cannot be measured on live traffic here: no request carries it. Watch error_rate or feedback_correct, or let this rule warn (on_inconclusive: warn).");

    /// <summary>The histogram knows the size, the count of slow requests knows the side of the limit exactly.</summary>
    private static double? P99(ArmTally tally, double? limit)
    {
        if (Latencies.P99(tally.Latencies) is not { } p99 || limit is not { } bound)
            return null;
        return tally.Slow > SlowShare * tally.Requests ? Math.Max(p99, bound + 1) : Math.Min(p99, bound);
    }
}
