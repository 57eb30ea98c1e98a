using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmOps.Evaluation;

/// <summary>A report from a file. What this version or an older one wrote is read; what no run can have written is refused.</summary>
public static class StoredReport
{
    private const int MostNamed = 3;
    private const double Most = 1e12; // milliseconds (30 years), or dollars of one case

    private static readonly JsonSerializerOptions Strict = new(Json.Options) { AllowDuplicateProperties = false, NumberHandling = JsonNumberHandling.Strict };

    public static Result<EvalReport> Parse(string json, string file)
    {
        EvalReport? report;
        try
        {
            report = JsonSerializer.Deserialize<EvalReport>(json, Strict);
        }
        catch (JsonException e)
        {
            return Broken(file, $"is no report{(e.LineNumber is { } line ? $" (line {line + 1})" : "")}: {Why(e)}");
        }
        if (report is null)
            return Broken(file, "is no report: it holds null.");
        if (report.SchemaVersion > EvalReport.CurrentSchema)
            return Refusal.Invalid("report-too-new", $"{file} has schema {report.SchemaVersion}; this program reads up to {EvalReport.CurrentSchema}. Update the program.");
        return Problem(report) is { } problem ? Broken(file, problem) : report with { Gates = report.Gates ?? [], Segments = report.Segments ?? [] };
    }

    private static string? Problem(EvalReport report)
    {
        if (report is not { SchemaVersion: >= 1, Bundle: not null, Dataset: { Name: not null, Sha256: not null }, Cases: not null })
            return "lacks one of schemaVersion, bundle, dataset and cases.";
        if (report.Cases.Any(result => result is not { Id.Length: > 0, Scores: not null }))
            return "holds a case without id or scores.";
        if (report.Cases.FirstOrDefault(result => result.Scores.Values.Any(score => score is not (>= 0 and <= 1))) is { } outside)
            return $"scores case {outside.Id} outside 0 to 1.";
        if (report.Cases.FirstOrDefault(result => result.LatencyMs < 0 || result.TtftMs < 0 || result.CostUsd < 0 || result.Tokens is { Input: < 0 } or { Output: < 0 }) is { } negative)
            return $"has a negative time, cost or number of tokens in case {negative.Id}.";
        if (report.Cases.FirstOrDefault(result => result.LatencyMs > Most || result.TtftMs > Most || (double?)result.CostUsd > Most) is { } endless)
            return $"has a time or cost that no call can have in case {endless.Id}.";
        var impossible = (report.Segments ?? []).SelectMany(segment => Impossible(segment, report)).Take(MostNamed).ToList();
        return impossible.Count == 0 ? null : string.Join(" ", impossible);
    }

    /// <summary>Rates in the summary that its own cases cannot give.</summary>
    private static IEnumerable<string> Impossible(ReportSegment segment, EvalReport report)
    {
        foreach (var (name, rate) in segment.Scores ?? new Dictionary<string, double>())
        {
            var values = report.Cases.Where(result => segment.Segment == ReportBuilder.AllCases || result.Segment == segment.Segment)
                .Select(Metric.Of(name).ValueOf).OfType<double>().ToList();
            if (values.Count > 0 && values.TrueForAll(value => value is 0 or 1) && !Proportion.IsPossible(rate, values.Count))
                yield return FormattableString.Invariant($"gives {name} of {segment.Segment} as {rate:0.####}, which no count of {values.Count} cases can give.");
        }
    }

    /// <summary>The reader's own words without its types; where the value is of another kind, its place.</summary>
    private static string Why(JsonException e) => e.Message.Contains("could not be converted", StringComparison.Ordinal)
        ? $"{(e.Path is null or "$" ? "the document" : e.Path[2..])} is of another kind than a report has there."
        : $"{e.Message.Split([" Path: ", " encountered during"], StringSplitOptions.None)[0].TrimEnd('.')}.";

    private static Refusal Broken(string file, string problem) =>
        Refusal.Invalid("bad-report", $"{file} {problem} Write it again with llmops eval --out.");
}
