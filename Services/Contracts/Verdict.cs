namespace LlmOps;

/// <summary>The answer of every check. Missing data, an errored case or an unknown price is never a pass.</summary>
public enum Verdict { Pass, Fail, Inconclusive }

/// <summary>Lower and upper bound of a difference, in the gate's unit.</summary>
public sealed record Interval(double Lo, double Hi);

/// <summary>One gate's answer, with the numbers it rests on. With delta = candidate − baseline in the good direction:
/// pass when the lower bound is at least −margin, fail when the upper bound is below −margin (and among several gates still after Holm's adjustment), else inconclusive.</summary>
/// <param name="Metric">A score's name, or error_rate, latency_p95_ms, cost_per_1k_usd, …</param>
/// <param name="Segment">The slice of cases; null for all of them.</param>
/// <param name="N">Cases (offline) or candidate requests (canary) behind the numbers.</param>
/// <param name="Baseline">Mean of the baseline; null where nothing is live.</param>
/// <param name="Candidate">Mean of the candidate; null where there is no data.</param>
/// <param name="Delta">Candidate − baseline in the metric's own direction and <paramref name="Unit"/>.</param>
/// <param name="Unit">pp for rates, else ms, USD, %, tokens.</param>
/// <param name="Interval">Bounds of <paramref name="Delta"/>.</param>
/// <param name="Margin">The tolerance, same unit.</param>
/// <param name="Method">The statistic used, by name.</param>
/// <param name="Decides">False for a gate that is reported and does not decide (on_inconclusive: warn).</param>
/// <param name="Detectable">The smallest difference this n could see, same unit.</param>
/// <param name="CasesNeeded">How many more cases would decide it.</param>
/// <param name="Reason">For people: what was found, and where it is inconclusive the cheapest next step.</param>
/// <param name="P">p-value of "the margin is held": small where it is broken. Null for plain estimates.</param>
/// <param name="AdjustedP">The same after Holm's adjustment over all gates and slices.</param>
/// <param name="BetterP">p-value of "the candidate is no better": small where it improved.</param>
public sealed record GateResult(
    string Metric, string? Segment, long N, double? Baseline, double? Candidate, double? Delta, string Unit, Interval? Interval,
    double? Margin, string Method, Verdict Verdict, bool Decides, double? Detectable, long? CasesNeeded, string Reason,
    double? P = null, double? AdjustedP = null, double? BetterP = null);

public static class Verdicts
{
    /// <summary>Fail wins over inconclusive, inconclusive over pass; nothing at all is inconclusive.</summary>
    public static Verdict Combine(IEnumerable<GateResult> gates)
    {
        var decided = false;
        var verdict = Verdict.Pass;
        foreach (var gate in gates)
        {
            decided = true;
            if (gate.Verdict == Verdict.Fail)
                return Verdict.Fail;
            if (gate.Verdict == Verdict.Inconclusive && gate.Decides)
                verdict = Verdict.Inconclusive;
        }
        return decided ? verdict : Verdict.Inconclusive;
    }
}

/// <summary>Something a lint or validation found in a file.</summary>
/// <param name="File">Relative path, or the noun's name on the server.</param>
/// <param name="Line">1-based; null where the whole file is meant.</param>
/// <param name="Rule">Stable, kebab-case.</param>
/// <param name="Level">error stops a release; warning is shown.</param>
public sealed record Finding(string File, int? Line, string Rule, FindingLevel Level, string Message);

public enum FindingLevel { Error, Warning, Note }
