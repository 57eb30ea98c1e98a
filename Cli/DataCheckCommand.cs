using System.CommandLine;
using LlmOps.Evaluation;

namespace LlmOps.Cli;

public static class DataCheckCommand
{
    private const int Shown = 20; // violations for people; --json has more

    private static readonly string[] Formats = [".jsonl", ".ndjson", ".csv"];

    public static Command Build()
    {
        var file = new Argument<FileInfo>("file") { Description = "Rows: .jsonl or .csv with a header." };
        var schema = new Option<FileInfo?>("--schema") { Description = "JSON Schema (.json) or field rules (.yaml) that every row must keep." };
        var reference = new Option<FileInfo?>("--reference") { Description = "Rows that drift, parity and ranges are held against." };
        var label = new Option<string?>("--label") { Description = "Field with the label, dotted where nested." };
        var text = new Option<string?>("--text") { Description = "Field with the text, dotted where nested." };
        var maxDrift = new Option<double>("--max-drift") { Description = "Effect size beyond chance above which real drift fails, 0 to 1.", DefaultValueFactory = _ => DataOptions.UsualDrift };
        var maxMissing = new Option<double?>("--max-missing") { Description = "Share of rows in which a field may be missing, 0 to 1." };
        var against = new Option<FileInfo[]>("--against") { Description = "Sets, prompts or examples that no row may stand in: .jsonl, .csv, .yaml, .md or .txt.", AllowMultipleArgumentsPerToken = true };
        var full = new Option<bool>("--full") { Description = "Near duplicates, contamination, personal data and text drift over all rows, not a sample of 50,000." };
        var command = new Command("check", "The data gate: schema, missing values, ranges, drift, duplicates, contamination. Exit 100 when the data may not be used, 2 when that cannot be decided.")
        {
            file, schema, reference, label, text, maxDrift, maxMissing, against, full,
        };
        command.SetAction(parsed =>
        {
            var terminal = Terminal.Of(parsed);
            var (rows, other) = (parsed.GetValue(file)!, parsed.GetValue(reference));
            if (Unusable([rows, .. other is null ? Array.Empty<FileInfo>() : [other]], Formats) is { } refusal)
                return terminal.Refuse(refusal);
            if (Unusable(parsed.GetValue(against) ?? [], [.. Formats, ".yaml", ".yml", ".md", ".txt"]) is { } unreadable)
                return terminal.Refuse(unreadable);
            foreach (var (name, share) in new[] { ("--max-drift", parsed.GetValue(maxDrift)), ("--max-missing", parsed.GetValue(maxMissing) ?? 0) })
            {
                if (share is not (>= 0 and <= 1))
                    return terminal.Refuse(Refusal.Invalid("bad-share", $"{name} is a share from 0 to 1, for example 0.1."));
            }
            var contract = SchemaOf(rows, parsed.GetValue(schema));
            if (contract.Refused)
                return terminal.Refuse(contract.Refusal);
            return Run(terminal, Source(rows), new DataOptions
            {
                Schema = contract.Value.Schema, Reference = other is null ? null : Source(other), Label = parsed.GetValue(label), Text = parsed.GetValue(text), MaxDrift = parsed.GetValue(maxDrift),
                MaxMissing = parsed.GetValue(maxMissing), Against = [.. (parsed.GetValue(against) ?? []).Select(Source)], Full = parsed.GetValue(full),
            });
        });
        return command;
    }

    private static int Run(Terminal terminal, DataSource rows, DataOptions options)
    {
        var checkedRows = DataCheck.Of(rows, options);
        if (checkedRows.Refused)
            return terminal.Refuse(checkedRows.Refusal);
        var report = checkedRows.Value;
        terminal.Answer(report, () => Print(terminal, report));
        return Exit.Of(report.Verdict);
    }

    private static void Print(Terminal terminal, DataReport report)
    {
        foreach (var violation in report.SchemaViolations.Take(Shown))
            terminal.Say($"{report.Dataset}:{violation.Line}: error {violation.Rule}: {violation.Message}");
        if (report.ViolationCount > Shown)
            terminal.Say($"… and {report.ViolationCount - Shown:N0} more violations{(report.SchemaViolations.Count > Shown ? "; --json lists the first " + report.SchemaViolations.Count : "")}");
        foreach (var finding in report.Findings)
            terminal.Say(ValidateCommand.Line(finding));
        foreach (var field in report.Drift.Fields)
            terminal.Say($"drift {field.Field,-24} {field.Verdict.ToString().ToLowerInvariant(),-12} {field.Reason}");
        if (report.Duplicates is { Exact: > 0 } or { Near: > 0 })
            terminal.Say($"duplicates: {report.Duplicates.Exact:N0} exact ({report.Duplicates.ConflictingLabels:N0} with another label), {report.Duplicates.Near:N0} near");
        foreach (var pair in report.Contamination?.Examples.Take(Shown) ?? [])
            terminal.Say($"{report.Dataset}:{pair.Line}: error contamination: stands in {pair.Other} ({pair.Kind}, {pair.Similarity:0.00})");
        if (!report.Sample.Whole)
            terminal.Say($"near duplicates, contamination, personal data and text drift: {report.Sample.Rows:N0} of {report.TotalSamples:N0} rows, drawn with seed {report.Sample.Seed}; --full looks at all");
        terminal.Say($"{report.Verdict.ToString().ToLowerInvariant()}: {report.Reason}");
    }

    /// <summary>The schema that is named, else the one that stands beside the rows; without either, none.</summary>
    private static Result<Contract> SchemaOf(FileInfo rows, FileInfo? named)
    {
        var stem = Path.Combine(rows.DirectoryName!, Path.GetFileNameWithoutExtension(rows.Name));
        var file = named ?? new[] { $"{stem}.schema.yaml", $"{stem}.schema.json" }.Select(path => new FileInfo(path)).FirstOrDefault(beside => beside.Exists);
        if (file is null)
            return new Contract(null);
        if (Unusable([file], [".json", ".yaml", ".yml"]) is { } unusable)
            return unusable;
        var schema = DatasetSchema.Parse(File.ReadAllText(file.FullName), file.Name);
        return schema.Refused ? schema.Refusal : new Contract(schema.Value);
    }

    private sealed record Contract(DatasetSchema? Schema);

    private static Refusal? Unusable(IEnumerable<FileInfo> files, string[] formats)
    {
        foreach (var file in files)
        {
            if (!file.Exists)
                return Refusal.Invalid("no-such-file", $"There is no file {file.FullName}. Correct the path.");
            if (!formats.Contains(file.Extension, StringComparer.OrdinalIgnoreCase))
                return Refusal.Invalid("unknown-format", $"{file.Name} is none of {string.Join(", ", formats)}. Save it as one of them.");
        }
        return null;
    }

    private static DataSource Source(FileInfo file) => new(file.Name, file.OpenRead);
}
