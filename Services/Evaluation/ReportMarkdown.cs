using System.Globalization;
using System.Text;

namespace LlmOps.Evaluation;

/// <summary>A report as a pull request's comment: the verdict, one row per gate, latency and cost always, and the worst cases.
/// The hidden marker on top lets the next run replace the comment instead of adding one.</summary>
public static class ReportMarkdown
{
    private const int Shown = 10;
    private const int MaxText = 160;

    public static string Marker(EvalReport report) => $"<!-- gate:{report.Dataset.Name} -->";

    public static string Write(EvalReport report)
    {
        var text = new StringBuilder();
        text.Append(Marker(report)).Append("\n## ").Append(Headline(report.Verdict)).Append(": ").Append(Cell(report.Bundle)).Append("\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{report.Cases.Count} cases of {Cell(report.Dataset.Name)} (`{report.Dataset.Sha256[..12]}`), compared with {Cell(report.Baseline?.Bundle ?? "nothing: no version is live")}.\n\n");
        text.Append("| metric | segment | baseline | candidate | delta | interval | verdict |\n| --- | --- | --: | --: | --: | --: | --- |\n");
        foreach (var gate in report.Gates)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"| {Cell(gate.Metric)} | {Cell(gate.Segment ?? "all")} | {Value(gate, gate.Baseline)} | {Value(gate, gate.Candidate)} | {Delta(gate)} | {Bounds(gate)} | {(gate.Decides || gate.Verdict == Verdict.Fail ? "" : "(warns) ")}{YamlMap.Kebab(gate.Verdict)} |\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"\nLatency p50 {Milliseconds(report.Latency.P50Ms)}, p95 {Milliseconds(report.Latency.P95Ms)}, p99 {Milliseconds(report.Latency.P99Ms)}. ");
        text.Append(report.Cost.Per1kUsd is { } cost
            ? string.Create(CultureInfo.InvariantCulture, $"Cost {cost:0.0000} USD per 1,000 requests.\n")
            : string.Create(CultureInfo.InvariantCulture, $"Cost unknown for {report.Cost.Unknown} of {report.Cases.Count} cases.\n"));

        var open = report.Gates.Where(gate => gate.Verdict != Verdict.Pass).ToList();
        if (open.Count > 0)
            text.Append("\n### Why\n\n").AppendJoin('\n', open.Select(gate => $"- {Cell(gate.Segment is null ? gate.Reason : $"{gate.Segment}: {gate.Reason}")}")).Append('\n');
        var failed = report.Cases.Where(result => !result.Passed).ToList();
        if (failed.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {failed.Count} cases did not pass\n\n");
            text.AppendJoin('\n', failed.Take(Shown).Select(result => $"- {Cell(result.Id)}: {Cell(result.Error ?? result.Output)}")).Append('\n');
            if (failed.Count > Shown)
                text.Append(CultureInfo.InvariantCulture, $"- … and {failed.Count - Shown} more\n");
        }
        return text.ToString();
    }

    private static string Headline(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "Passed",
        Verdict.Fail => "Failed",
        Verdict.Inconclusive => "Inconclusive",
    };

    private static string Value(GateResult gate, double? value) => value is not { } number ? "–"
        : Metric.Of(gate.Metric).IsRate ? string.Create(CultureInfo.InvariantCulture, $"{number * 100:0.0} %")
        : number.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Delta(GateResult gate) => gate.Delta is { } delta ? string.Create(CultureInfo.InvariantCulture, $"{delta:+0.##;-0.##;0} {gate.Unit}") : "–";

    private static string Bounds(GateResult gate) => gate.Interval is { } interval ? string.Create(CultureInfo.InvariantCulture, $"{interval.Lo:+0.##;-0.##;0} to {interval.Hi:+0.##;-0.##;0}") : "–";

    private static string Milliseconds(double? time) => time is { } ms ? string.Create(CultureInfo.InvariantCulture, $"{ms:0} ms") : "unknown";

    /// <summary>A model's words may not become a table, a tag, a link or a mention.</summary>
    private static string Cell(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        if (line.Length > MaxText)
            line = line[..MaxText] + "…";
        var safe = new StringBuilder(line.Length);
        foreach (var c in line)
        {
            _ = c switch
            {
                '<' => safe.Append("&lt;"),
                '>' => safe.Append("&gt;"),
                '&' => safe.Append("&amp;"),
                '@' => safe.Append("&#64;"),
                '|' or '[' or ']' or '`' or '*' or '!' or '\\' => safe.Append('\\').Append(c),
                _ => safe.Append(c),
            };
        }
        return safe.ToString();
    }
}
