using System.Globalization;

namespace LlmOps.Evaluation;

/// <summary>What costs least to get from a whole report to a decision, in one sentence: more cases where a number of them settles it, else a wider margin, else the lead's word.</summary>
public static class ReportAdvice
{
    /// <summary>More than so many times the cases at hand is no advice but a way to say no.</summary>
    private const int MostTimesTheCases = 20;

    public static string Of(EvalReport report) => report.Verdict switch
    {
        Verdict.Pass when report.Marks is { Count: > 0 } => "A reviewer must agree with what this change edits of its own judging.",
        Verdict.Pass => "None: every gate is held.",
        Verdict.Fail => $"Mend {string.Join(", ", report.Gates.Where(gate => gate.Verdict == Verdict.Fail).Select(Name).Distinct())} and run again; what passed stays as it is.",
        Verdict.Inconclusive => Open(report),
    };

    private static string Open(EvalReport report)
    {
        if (report.Baseline is null)
            return "Compare with something: the report of what is live, or of the version before. Until then the lead decides.";
        var failed = report.Cases.Count(result => result.Error is not null);
        if (failed > 0 && failed * 20 >= report.Cases.Count) // 5 %: no statistics outweigh missing answers
            return string.Create(CultureInfo.InvariantCulture, $"Run again: {failed} of {report.Cases.Count} cases have no answer, and none of them can count in favour.");

        var open = report.Gates.Where(gate => gate is { Verdict: Verdict.Inconclusive, Decides: true }).ToList();
        List<string> ways = [.. MoreCases(report, open), .. WiderMargins(open), "ask the lead to decide with the interval in view"];
        var step = string.Join(", or ", ways);
        return char.ToUpperInvariant(step[0]) + step[1..] + ".";
    }

    private static IEnumerable<string> MoreCases(EvalReport report, List<GateResult> open)
    {
        if (open.Count == 0 || open.Any(gate => gate.CasesNeeded is null))
            yield break;
        var cases = open.Max(gate => gate.CasesNeeded!.Value);
        if (cases > MostTimesTheCases * (long)Math.Max(1, report.Cases.Count))
            yield break;
        var price = report.Cost.Per1kUsd is { } per1k ? string.Create(CultureInfo.InvariantCulture, $"about {Money(per1k / 1000 * cases + Judging(report) * cases)}") : "at an unknown price";
        yield return string.Create(CultureInfo.InvariantCulture, $"run {cases} more cases, {price}");
    }

    private static decimal Judging(EvalReport report) => (report.Cost.JudgeUsd ?? 0) / Math.Max(1, report.Cases.Count);

    private static IEnumerable<string> WiderMargins(List<GateResult> open)
    {
        var margins = open.Where(gate => gate.Detectable > gate.Margin)
            .Select(gate => string.Create(CultureInfo.InvariantCulture, $"{Name(gate)} from {gate.Margin:0.##} to {gate.Detectable:0.##} {gate.Unit}")).ToList();
        return margins.Count > 0 && margins.Count == open.Count ? [$"widen the margin of {string.Join(" and of ", margins)} on the protected branch"] : [];
    }

    private static string Money(decimal usd) => usd is > 0 and < 0.01m ? "0.01 USD at most" : string.Create(CultureInfo.InvariantCulture, $"{usd:0.00} USD");

    private static string Name(GateResult gate) => gate.Segment is null ? gate.Metric : $"{gate.Metric} ({gate.Segment})";
}
