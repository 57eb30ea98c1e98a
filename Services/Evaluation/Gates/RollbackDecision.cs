using System.Globalization;

namespace LlmOps.Evaluation;

/// <summary>What the canary showed inside the rollback window.</summary>
/// <param name="Errors">Failed requests.</param>
/// <param name="Slow">Requests that took longer than the policy's p99 limit.</param>
/// <param name="P99Ms">Of the window, where requests finished.</param>
/// <param name="Groundedness">Scored requests and their sum.</param>
/// <param name="FailedSmokeTests">In a row, up to now.</param>
public sealed record CanaryWindow(long N, long Errors, long Slow, double? P99Ms, ArmCount Groundedness, int FailedSmokeTests);

/// <summary>The hard limits of a canary. Fail takes it back; everything else leaves it where it is.</summary>
public static class RollbackDecision
{
    private const double Catastrophe = 3;
    private const double SlowShare = 0.01; // a 99th percentile beyond the limit is more than 1 % of requests beyond it

    public static IReadOnlyList<GateResult> Decide(RollbackPolicy policy, CanaryWindow window, int minRequests, double alpha)
    {
        var results = new List<GateResult>();
        if (policy.ErrorRate is { } errors)
            results.Add(Rate("error_rate", new ArmCount(window.N, window.Errors), errors, floor: false));
        if (policy.P99Ms is { } p99)
            results.Add(Slow(p99));
        if (policy.Groundedness is { } groundedness)
            results.Add(Rate("groundedness", window.Groundedness, groundedness, floor: true));
        if (policy.FailedSmokeTests is { } smoke)
        {
            var verdict = window.FailedSmokeTests >= smoke ? Verdict.Fail : Verdict.Pass;
            results.Add(new GateResult("failed_smoke_tests", null, window.FailedSmokeTests, null, window.FailedSmokeTests, null, "tests", null, smoke, "count",
                verdict, Decides: true, null, null, $"{window.FailedSmokeTests} smoke tests failed in a row; the limit is {smoke}."));
        }
        return results;

        GateResult Rate(string metric, ArmCount arm, double limit, bool floor)
        {
            if (arm.Mean is not { } mean)
                return Silent(metric, limit, "pp");
            var interval = AlwaysValid.Mean(arm, alpha);
            var room = floor ? mean - limit : limit - mean;
            var (lo, hi) = floor ? (interval.Lo - limit, interval.Hi - limit) : (limit - interval.Hi, limit - interval.Lo);
            var far = !floor && mean > Catastrophe * limit && arm.N >= minRequests;
            return new GateResult(metric, null, arm.N, limit, mean, (mean - limit) * 100, "pp", new Interval((interval.Lo - limit) * 100, (interval.Hi - limit) * 100),
                0, Name, Judge(room, lo, hi, far), Decides: true, null, null,
                string.Create(CultureInfo.InvariantCulture, $"{metric} is {mean * 100:0.##} %; the limit is {limit * 100:0.##} %."));
        }

        GateResult Slow(double limit)
        {
            if (window.N == 0 || window.P99Ms is not { } p99)
                return Silent("latency_p99_ms", limit, "ms");
            var interval = AlwaysValid.Mean(new ArmCount(window.N, window.Slow), alpha);
            var far = p99 > Catastrophe * limit && window.N >= minRequests;
            return new GateResult("latency_p99_ms", null, window.N, limit, p99, p99 - limit, "ms", null, 0, Name,
                Judge(limit - p99, SlowShare - interval.Hi, SlowShare - interval.Lo, far), Decides: true, null, null,
                string.Create(CultureInfo.InvariantCulture, $"The 99th percentile is {p99:0} ms and {window.Slow} of {window.N} requests took longer than the limit of {limit:0} ms."));
        }

        Verdict Judge(double room, double lo, double hi, bool far)
        {
            if (policy.Method == GateMethod.Point)
                return room < -1e-12 ? Verdict.Fail : Verdict.Pass;
            return hi < 0 || far ? Verdict.Fail : lo >= 0 ? Verdict.Pass : Verdict.Inconclusive;
        }

        GateResult Silent(string metric, double limit, string unit) => new(
            metric, null, 0, limit, null, null, unit, null, 0, Name, Verdict.Inconclusive, Decides: true, null, null,
            $"There is no {metric} yet. The canary needs traffic.");
    }

    private const string Name = "always-valid";
}
