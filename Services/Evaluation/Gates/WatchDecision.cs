using System.Globalization;

namespace LlmOps.Evaluation;

/// <summary>Canary against the concurrent stable arm, good at every look: however often it is asked, it fails a harmless canary with a chance of at most alpha.</summary>
public static class WatchDecision
{
    private const string Method = "always-valid";

    /// <summary>Passes or fails only when the always-valid interval of candidate − stable has left the margin; before that, and without requests, inconclusive.</summary>
    public static GateResult Decide(WatchRule rule, ArmCount stable, ArmCount candidate, double alpha)
    {
        var metric = Metric.Of(rule.Metric);
        var up = rule.MaxIncrease is not null;
        var margin = rule.MaxIncrease ?? rule.MaxDrop ?? 0;
        if (stable.Mean is not { } was || candidate.Mean is not { } now)
        {
            var arm = candidate.N == 0 ? "canary" : "stable";
            return new GateResult(rule.Metric, null, candidate.N, stable.Mean, candidate.Mean, null, metric.Unit, null, margin * 100, Method,
                Verdict.Inconclusive, Decides: true, null, null, $"The {arm} arm has no {rule.Metric} yet. It needs traffic.");
        }

        var interval = AlwaysValid.Difference(stable, candidate, alpha);
        var (lo, hi) = up ? (-interval.Hi, -interval.Lo) : (interval.Lo, interval.Hi);
        var verdict = lo >= -margin ? Verdict.Pass : hi < -margin ? Verdict.Fail : Verdict.Inconclusive;
        var half = (hi - lo) / 2;
        long? needed = verdict == Verdict.Inconclusive && margin > 0 ? Math.Max(1, (long)Math.Ceiling(candidate.N * (half * half / (margin * margin) - 1))) : null;
        var reason = string.Create(CultureInfo.InvariantCulture,
            $"{rule.Metric} is {now * 100:0.##} % against {was * 100:0.##} % ({interval.Lo * 100:+0.##;-0.##;0} to {interval.Hi * 100:+0.##;-0.##;0} pp); allowed is {margin * 100:0.##} pp {(up ? "more" : "less")}.");
        return new GateResult(rule.Metric, null, candidate.N, was, now, (now - was) * 100, metric.Unit, new Interval(interval.Lo * 100, interval.Hi * 100),
            margin * 100, Method, verdict, Decides: true, half * 100, needed, reason);
    }
}
