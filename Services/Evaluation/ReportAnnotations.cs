using System.Globalization;

namespace LlmOps.Evaluation;

/// <summary>Workflow commands of GitHub Actions, which mark lines of a change: a report's gates, or findings in files.
/// GitHub shows ten errors and ten warnings of a step, so no more are written, and the last says how many are left.</summary>
public static class ReportAnnotations
{
    private const int Most = 10;

    /// <summary>One annotation per gate that failed or, where it decides, is open.</summary>
    /// <param name="file">The file to mark, usually the suite or the prompt, relative to the repository.</param>
    public static IReadOnlyList<string> Of(EvalReport report, string file) => Of(
    [
        .. (report.Marks ?? []).Select(mark => new Finding(file, null, mark.Code, FindingLevel.Warning, mark.Detail)),
        .. report.Gates.Where(gate => gate.Verdict == Verdict.Fail || gate is { Verdict: Verdict.Inconclusive, Decides: true }).Select(gate => new Finding(
            file, null, gate.Segment is null ? gate.Metric : $"{gate.Metric} ({gate.Segment})", gate.Verdict == Verdict.Fail ? FindingLevel.Error : FindingLevel.Warning, gate.Reason)),
    ]);

    public static IReadOnlyList<string> Of(IReadOnlyList<Finding> findings) =>
        [.. Of(findings, FindingLevel.Error, "error"), .. Of(findings, FindingLevel.Warning, "warning")];

    /// <summary>Text for a build log in which no line is a command of the build server: neither <c>::</c> at its start nor <c>##[</c> or <c>##vso[</c> anywhere.</summary>
    public static string Inert(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line =>
    {
        var start = line.Length - line.TrimStart().Length;
        var quiet = line.AsSpan(start).StartsWith("::") ? line.Insert(start + 1, " ") : line;
        return quiet.Replace("##[", "# #[", StringComparison.Ordinal).Replace("##vso[", "# #vso[", StringComparison.OrdinalIgnoreCase);
    }));

    private static IEnumerable<string> Of(IReadOnlyList<Finding> findings, FindingLevel level, string command)
    {
        var these = findings.Where(finding => finding.Level == level).ToList();
        var shown = these.Count > Most ? these.Take(Most - 1) : these;
        foreach (var finding in shown)
        {
            var line = finding.Line is { } at ? string.Create(CultureInfo.InvariantCulture, $",line={at}") : "";
            yield return $"::{command} file={Property(finding.File)}{line},title={Property(finding.Rule)}::{Message(finding.Message)}";
        }
        if (these.Count > Most)
            yield return $"::{command} title=more::{these.Count - Most + 1} more; the report names all of them.";
    }

    private static string Message(string text) =>
        text.Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) => Message(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
