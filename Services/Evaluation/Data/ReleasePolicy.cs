namespace LlmOps.Evaluation;

/// <summary>A bundle's way to traffic: the ladder, how long and on how much evidence each step stands, and what takes it back.</summary>
/// <param name="Ladder">Percent of the units, strictly rising, ending at 100.</param>
/// <param name="Dwell">How long each step stands at least.</param>
/// <param name="MinRequests">Candidate requests each step needs at least.</param>
/// <param name="Shadow">Null: no shadow before the canary.</param>
/// <param name="Watch">Canary against the concurrent stable arm, always-valid.</param>
public sealed record ReleasePolicy(
    IReadOnlyList<int> Ladder, TimeSpan Dwell, int MinRequests, ShadowPolicy? Shadow, IReadOnlyList<WatchRule> Watch,
    RollbackPolicy? Rollback, NoUnit NoUnit)
{
    internal static ReleasePolicy Read(YamlMap map)
    {
        var policy = new ReleasePolicy(
            LadderOf(map), map.Duration("dwell") ?? TimeSpan.FromMinutes(30), map.Whole("min_requests", 0, 100_000_000) ?? 300,
            map.Map("shadow") is { } shadow ? ShadowPolicy.Read(shadow) : null, [.. map.Maps("watch").Select(WatchRule.Read)],
            map.Map("rollback") is { } rollback ? RollbackPolicy.Read(rollback) : null, map.Word<NoUnit>("no_unit") ?? NoUnit.Request);
        map.Close();
        return policy;
    }

    private static int[] LadderOf(YamlMap map)
    {
        if (map.Find("ladder") is null)
            return [5, 25, 100];
        var texts = map.Texts("ladder");
        var steps = texts.Select(text => int.TryParse(text, out var step) ? step : -1).ToArray();
        var line = map.LineOf("ladder");
        if (steps.Length == 0 || steps.Any(step => step is < 1 or > 100))
            map.Problem(line, "bad-ladder", "The ladder must be whole percents from 1 to 100, for example [5, 25, 100].");
        else if (steps.Zip(steps.Skip(1)).Any(pair => pair.First >= pair.Second))
            map.Problem(line, "bad-ladder", $"The ladder {string.Join("/", steps)} does not rise at every step. Order it, for example 5/25/100.");
        else if (steps[^1] != 100)
            map.Problem(line, "bad-ladder", $"The ladder {string.Join("/", steps)} never reaches all traffic. End it at 100.");
        return steps;
    }
}

/// <summary>What a call without a unit gets: an arm of its own each time, or the stable one.</summary>
public enum NoUnit { Request, Stable }

public enum ShadowMode { Advisory, Blocking }

/// <param name="Soak">How long copies of real traffic run before the canary.</param>
public sealed record ShadowPolicy(ShadowMode Mode, TimeSpan Soak)
{
    internal static ShadowPolicy Read(YamlMap map)
    {
        var shadow = new ShadowPolicy(map.Word<ShadowMode>("mode") ?? ShadowMode.Blocking, map.Duration("soak") ?? TimeSpan.FromHours(24));
        map.Close();
        return shadow;
    }
}

/// <summary>How far the canary may be worse than the stable arm. Exactly one of the two bounds is there, 0 to 1.</summary>
/// <param name="Metric">error_rate, refusal_rate, or a score between 0 and 1.</param>
public sealed record WatchRule(string Metric, double? MaxIncrease, double? MaxDrop)
{
    internal static WatchRule Read(YamlMap map)
    {
        var rule = new WatchRule(map.Text("metric", required: true) ?? "", map.Number("max_increase", 0, 1), map.Number("max_drop", 0, 1));
        if (rule.MaxIncrease is null == rule.MaxDrop is null)
            map.Problem(map.Line, "bad-watch", $"The watch on {rule.Metric} needs exactly one of max_increase and max_drop.");
        if (!Evaluation.Metric.Of(rule.Metric).IsRate)
            map.Problem(map.LineOf("metric"), "bad-watch", $"{rule.Metric} is no rate between 0 and 1 and cannot be watched always-valid. Use a gate before release, or rollback.p99_ms.");
        map.Close();
        return rule;
    }
}

/// <summary>Hard limits of the canary alone. A limit fires when the always-valid bound lies beyond it, or the estimate exceeds it threefold on enough requests.</summary>
/// <param name="ErrorRate">0 to 1.</param>
/// <param name="P99Ms">Milliseconds.</param>
/// <param name="Groundedness">A floor, 0 to 1.</param>
/// <param name="FailedSmokeTests">In a row.</param>
/// <param name="ConfidenceSe">Standard errors below the baseline.</param>
/// <param name="ConfidenceMinDrop">Smallest drop that counts, 0 to 1.</param>
/// <param name="ConfidenceMinutes">How long it must hold.</param>
/// <param name="Method">Point compares the plain estimate.</param>
public sealed record RollbackPolicy(
    TimeSpan Window, double? ErrorRate, double? P99Ms, double? Groundedness, int? FailedSmokeTests,
    double? ConfidenceSe, double? ConfidenceMinDrop, double? ConfidenceMinutes, GateMethod Method)
{
    internal static RollbackPolicy Read(YamlMap map)
    {
        var rollback = new RollbackPolicy(
            map.Duration("window") ?? TimeSpan.FromMinutes(30), map.Number("error_rate", 0, 1), map.Number("p99_ms", 0, 1e9), map.Number("groundedness", 0, 1),
            map.Whole("failed_smoke_tests", 1, 1000), map.Number("confidence_se", 0, 100), map.Number("confidence_min_drop", 0, 1),
            map.Number("confidence_minutes", 0, 100_000), map.Word<GateMethod>("method") ?? GateMethod.Interval);
        map.Close();
        return rollback;
    }
}
