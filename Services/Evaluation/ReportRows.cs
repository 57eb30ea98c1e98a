using System.Globalization;

namespace LlmOps.Evaluation;

/// <summary>A line of the comparison, its numbers as people read them: rates in percent, their differences in percentage points.</summary>
internal sealed record ReportRow(string Metric, string Segment, string Baseline, string Candidate, string Delta, string Interval, string Verdict)
{
    internal const string None = "–";
}

/// <summary>The rows of a report: what failed first, then what is open, then what is held; accuracy, p95 latency and cost also where no gate asks for them.</summary>
internal static class ReportRows
{
    private const string Latency = "latency_p95_ms", PerThousand = "cost_per_1k_usd", Accuracy = "accuracy", All = ReportBuilder.AllCases;

    internal static IEnumerable<ReportRow> Of(EvalReport report, EvalReport? baseline) =>
    [
        .. report.Gates.OrderBy(gate => gate.Verdict switch { Verdict.Fail => 0, Verdict.Inconclusive => 1, Verdict.Pass => 2 }).Select(Row),
        .. Always(report).Where(metric => !report.Gates.Any(gate => gate.Segment is null && gate.Metric == metric)).Select(metric => Ungated(metric, report, baseline)),
    ];

    internal static GateResult? CostGate(EvalReport report) => report.Gates.FirstOrDefault(gate => gate is { Metric: PerThousand, Segment: null, Baseline: not null });

    private static ReportRow Row(GateResult gate) => new(
        gate.Metric, gate.Segment ?? All, Value(gate.Metric, gate.Baseline), Value(gate.Metric, gate.Candidate),
        gate.Delta is { } delta ? $"{Signed(delta)} {gate.Unit}" : ReportRow.None,
        gate.Interval is { } interval ? $"{Signed(interval.Lo)} to {Signed(interval.Hi)}" : ReportRow.None,
        $"{(gate.Decides || gate.Verdict == Verdict.Fail ? "" : "(warns) ")}{YamlMap.Kebab(gate.Verdict)}");

    private static IEnumerable<string> Always(EvalReport report)
    {
        List<string> scores = report.Segments is [var all, ..] ? [.. all.Scores.Keys] : [];
        return [.. scores.Contains(Accuracy) ? [Accuracy] : scores.Take(1), Latency, PerThousand];
    }

    private static ReportRow Ungated(string name, EvalReport report, EvalReport? baseline)
    {
        var metric = Metric.Of(name);
        var (before, after) = (baseline is null ? null : Of(baseline, name), Of(report, name));
        return new(name, All, Value(name, before), Value(name, after), after - before is { } delta ? $"{Signed(delta * metric.Scale)} {metric.Unit}" : ReportRow.None, ReportRow.None, "no gate");
    }

    private static double? Of(EvalReport report, string name) => name switch
    {
        Latency => report.Latency.P95Ms,
        PerThousand => (double?)report.Cost.Per1kUsd,
        _ => report.Segments is [var all, ..] && all.Scores.TryGetValue(name, out var score) ? score : null,
    };

    private static string Value(string metric, double? value) => value is not { } number ? ReportRow.None
        : Metric.Of(metric).IsRate ? string.Create(CultureInfo.InvariantCulture, $"{number * 100:0.0} %")
        : Metric.Of(metric).IsTime ? string.Create(CultureInfo.InvariantCulture, $"{number:0.#} ms")
        : number.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Signed(double value) => value.ToString("+0.##;-0.##;0", CultureInfo.InvariantCulture);
}
