using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Evaluation;

namespace LlmOps.Cli;

/// <summary>Datasets and reports for other tools.</summary>
public static class ExportCommand
{
    public static Command Data() => Build("A dataset's rows as CSV or JSONL.", "datasets/guest.jsonl", Rows);

    public static Command Report() => new("report", "Evaluation reports.") { Build("A report's cases as CSV or JSONL.", "report.json", Cases) };

    private static Command Build(string description, string example, Func<byte[], string, Result<IReadOnlyList<JsonObject>>> rowsOf)
    {
        var file = new Argument<FileInfo>("file") { Description = $"For example {example}." };
        var format = new Option<string?>("--format") { Description = "csv | jsonl (default: what the ending of --out says, else csv)" };
        format.AcceptOnlyFromAmong("csv", "jsonl");
        var outOption = new Option<FileInfo?>("--out") { Description = "Where to write (default: standard output)." };
        var export = new Command("export", $"{description} Text that a spreadsheet would run is defused.") { file, format, outOption };
        export.SetAction(async (parsed, ct) =>
        {
            var (terminal, from) = (Terminal.Of(parsed), parsed.GetValue(file)!);
            if (!from.Exists)
                return terminal.Refuse(Refusal.Invalid("no-such-file", $"There is no file {from.FullName}. Correct the path."));
            var rows = rowsOf(await File.ReadAllBytesAsync(from.FullName, ct), from.Name);
            if (rows.Refused)
                return terminal.Refuse(rows.Refusal);
            var isJsonl = (parsed.GetValue(format) ?? parsed.GetValue(outOption)?.Extension.TrimStart('.').ToLowerInvariant()) is "jsonl" or "ndjson";
            var text = isJsonl ? ExportTable.Jsonl(rows.Value) : ExportTable.Csv(rows.Value);
            if (parsed.GetValue(outOption) is { } to)
                await File.WriteAllTextAsync(to.FullName, text, ct);
            else if (!terminal.Json)
                await Console.Out.WriteAsync(text);
            if (terminal.Json)
                terminal.Answer(new { rows = rows.Value }, () => { });
            return Exit.Done;
        });
        return export;
    }

    private static Result<IReadOnlyList<JsonObject>> Rows(byte[] bytes, string file)
    {
        var (rows, number) = (new List<JsonObject>(), 0);
        foreach (var range in bytes.AsSpan().Split((byte)'\n'))
        {
            number++;
            var line = JsonRow.WithoutMark(bytes.AsSpan(range), number);
            if (line.IsEmpty)
                continue;
            if (JsonRow.Read(line, out var fault) is not { } row)
                return Refusal.Invalid(fault!.Rule, $"{file}:{number}: {fault.Message}");
            rows.Add(JsonObject.Create(row.RootElement)!);
        }
        return Result.Of<IReadOnlyList<JsonObject>>(rows);
    }

    private static Result<IReadOnlyList<JsonObject>> Cases(byte[] bytes, string file)
    {
        try
        {
            return JsonNode.Parse(bytes, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is JsonObject report && report["cases"] is JsonArray cases && cases.All(@case => @case is JsonObject)
                ? Result.Of<IReadOnlyList<JsonObject>>([.. cases.Select(@case => @case!.AsObject())])
                : Refusal.Invalid("no-report", $"{file} is no evaluation report: it has no list of cases. Name the JSON that llmops eval --out wrote.");
        }
        catch (JsonException broken)
        {
            return Refusal.Invalid("bad-json", $"{file} is no JSON: {broken.Message} Name the JSON that llmops eval --out wrote.");
        }
    }
}
