using System.Text;
using LlmOps.Evaluation;

namespace LlmOps.Evals;

/// <summary>What a dataset must hold before anything is evaluated on it: every row keeps its contract. Duplicates, personal data, rows of other sets and drift are told, and refuse nothing.</summary>
public static class DataGate
{
    private const int MostListed = 10;

    /// <param name="schemaFile">Name of the contract's file; null is the field language.</param>
    /// <param name="current">The version before; null for the first.</param>
    /// <param name="others">The app's other datasets.</param>
    public static Result<DatasetCheck> Check(DatasetVersion version, string? schemaFile, DatasetVersion? current, IReadOnlyList<DatasetVersion> others)
    {
        var previous = current?.Sha256 == version.Sha256 ? null : current; // the same rows under another contract have not drifted
        if (version.Schema is { } text)
        {
            var schema = DatasetSchema.Parse(text, schemaFile ?? $"{version.Name}.schema.yaml");
            if (schema.Refused)
                return schema.Refusal;
            if (schema.Value.Check(Encoding.UTF8.GetBytes(version.Text), FileOf(version)) is { Count: > 0 } findings)
                return Broken(version, findings.Count, findings.Select(finding => $"{finding.File}{(finding.Line is { } line ? $":{line}" : "")}: {finding.Message}"));
        }
        var data = DataCheck.Of(Source(version), new DataOptions { Reference = previous is null ? null : Source(previous), Against = [.. others.Select(Source)] });
        if (data.Refused)
            return data.Refusal;
        return data.Value is { ViolationCount: > 0 } broken
            ? Broken(version, broken.ViolationCount, broken.SchemaViolations.Select(violation => $"{broken.Dataset}:{violation.Line}: {violation.Message}"))
            : Told(data.Value, previous is not null);
    }

    private static Refusal Broken(DatasetVersion version, long count, IEnumerable<string> violations) => Refusal.Invalid("contract-broken", string.Join('\n', [
        $"{version.Name} breaks its contract in {count:N0} {(count == 1 ? "place" : "places")}, so it was not taken. Correct the rows and push again.",
        .. violations.Take(MostListed), .. count > MostListed ? new[] { $"… and {count - MostListed:N0} more" } : []]));

    private static DatasetCheck Told(DataReport report, bool compared)
    {
        Verdict? drift = !compared ? null
            : report.Drift.Fields.Any(field => field.Verdict == Verdict.Fail) ? Verdict.Fail
            : report.Drift.Fields.Count == 0 || report.Drift.Fields.Any(field => field.Verdict == Verdict.Inconclusive) ? Verdict.Inconclusive
            : Verdict.Pass;
        var wrong = report.Findings.Any(finding => finding.Level == FindingLevel.Error);
        return new DatasetCheck(
            wrong ? Verdict.Fail : drift ?? Verdict.Pass, report.Duplicates.Exact, report.Duplicates.Near, report.Contamination?.Rows ?? 0, report.Pii.Types, drift,
            [.. report.Findings.Where(finding => finding.Level != FindingLevel.Note).Select(finding => finding.Message),
             .. report.Drift.Fields.Where(field => field.Verdict == Verdict.Fail).Select(field => $"{field.Field} has drifted: {field.Reason}"),
             .. Shared(report)]);
    }

    private static IEnumerable<string> Shared(DataReport report) =>
        from pair in report.Contamination?.Examples ?? []
        group pair.Line by pair.Other into other
        select $"Rows that also stand in {other.Key} (lines {string.Join(", ", other.Take(MostListed))}{(other.Count() > MostListed ? ", …" : "")}): the two sets are no independent evidence.";

    private static DataSource Source(DatasetVersion version) => DataSource.Of(FileOf(version), Encoding.UTF8.GetBytes(version.Text));

    private static string FileOf(DatasetVersion version) => $"{version.Name}.jsonl";
}
