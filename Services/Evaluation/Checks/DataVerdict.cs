namespace LlmOps.Evaluation;

/// <summary>The one answer over all that a data report holds: a violation, real drift or an error among the findings fails it; what could not be decided is no pass.</summary>
internal static class DataVerdict
{
    /// <param name="compared">There was a reference, so that nothing to compare is no pass either.</param>
    internal static DataReport Of(DataReport report, bool compared)
    {
        var failed = report.Drift.Fields.Where(field => field.Verdict == Verdict.Fail).ToList();
        var open = report.Drift.Fields.Where(field => field.Verdict == Verdict.Inconclusive).ToList();
        var errors = report.Findings.Where(finding => finding.Level == FindingLevel.Error).ToList();
        var wrong = new List<string>();
        if (report.ViolationCount > 0)
            wrong.Add($"{report.ViolationCount:N0} violation{(report.ViolationCount == 1 ? "" : "s")} of the rows' schema");
        if (failed.Count > 0)
            wrong.Add($"drift in {string.Join(", ", failed.Select(field => field.Field).Distinct())}");
        if (report.Contamination is { Rows: > 0 } contamination)
            wrong.Add($"{contamination.Rows:N0} row{(contamination.Rows == 1 ? "" : "s")} that other sets or prompts hold");
        wrong.AddRange(errors.Select(error => error.Rule).Distinct());
        var (verdict, reason) = (wrong.Count, open.Count) switch
        {
            ( > 0, _) => (Verdict.Fail, $"{report.TotalSamples:N0} rows: {string.Join("; ", wrong)}."),
            (_, > 0) => (Verdict.Inconclusive, $"Too few rows to decide drift in {string.Join(", ", open.Select(field => field.Field).Distinct())}."),
            _ when compared && report.Drift.Fields.Count == 0 => (Verdict.Inconclusive, "The file and its reference share no field that drift could be told by. Name --label or --text, or another reference."),
            _ => (Verdict.Pass, $"{report.TotalSamples:N0} rows are fit to use."),
        };
        return report with { Verdict = verdict, Reason = reason, IsValid = verdict == Verdict.Pass };
    }
}
