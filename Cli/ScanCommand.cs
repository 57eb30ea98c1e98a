using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Evaluation;

namespace LlmOps.Cli;

/// <summary>One detector over rows of text, row by row: a file of any length needs the memory of one row.</summary>
public static class ScanCommand
{
    private const int MostFaultsTold = 20;
    private const int LongestRow = 4 * 1024 * 1024;

    private static readonly Dictionary<string, Func<string, Detection>> Detectors = new()
    {
        ["injection"] = InjectionDetector.Scan,
        ["pii"] = PiiDetector.Scan,
    };

    public static Command Build()
    {
        var detector = new Argument<string>("detector") { Description = $"What to look for: {string.Join(" or ", Detectors.Keys)}." };
        detector.AcceptOnlyFromAmong([.. Detectors.Keys]);
        var input = new Option<FileInfo>("--in") { Description = "JSONL rows {id, text}.", Required = true };
        var output = new Option<FileInfo?>("--out") { Description = "File for the findings; standard output when left out." };
        var command = new Command("scan", "Look for prompt injections or personal data in texts, without a server.") { detector, input, output };
        command.SetAction((parsed, ct) => Run(Detectors[parsed.GetValue(detector)!], parsed.GetValue(input)!, parsed.GetValue(output), Terminal.Of(parsed), ct));
        return command;
    }

    private static async Task<int> Run(Func<string, Detection> scan, FileInfo input, FileInfo? output, Terminal terminal, CancellationToken ct)
    {
        if (!input.Exists)
            return terminal.Refuse(Refusal.Invalid("no-such-file", $"There is no file {input.FullName}. Name the rows with --in."));
        if (output?.FullName == input.FullName)
            return terminal.Refuse(Refusal.Invalid("same-file", $"{input.FullName} is both --in and --out. Name another file with --out."));

        var (scanned, flagged, faults) = (0, 0, new List<Finding>());
        await using var writer = output is not null ? output.CreateText() : terminal.Json ? StreamWriter.Null : Console.Out;
        using var document = terminal.Json ? new Utf8JsonWriter(Console.OpenStandardOutput(), new() { Encoder = Json.Options.Encoder, Indented = true }) : null;
        document?.WriteStartObject();
        document?.WriteStartArray("rows");
        using var reader = StrictText.Rows(input);
        await foreach (var (line, text) in Lines(reader, ct))
        {
            var row = Row(text, input.Name, line);
            if (row.Refused)
            {
                faults.Add(new Finding(input.Name, line, row.Refusal.Code, FindingLevel.Error, row.Refusal.Detail));
                if (faults.Count <= MostFaultsTold)
                    await Console.Error.WriteLineAsync(Terminal.Inert($"{row.Refusal.Detail} [{row.Refusal.Code}]"));
                continue;
            }
            var found = scan(row.Value.Text);
            scanned++;
            flagged += found.Flagged ? 1 : 0;
            var view = new JsonObject
            {
                ["id"] = row.Value.Id, ["score"] = Math.Round(found.Score, 6), ["flagged"] = found.Flagged, ["spans"] = JsonSerializer.SerializeToNode(found.Spans, Json.Options),
            };
            await writer.WriteLineAsync(view.ToJsonString(Json.Options));
            if (document is not null)
            {
                view.WriteTo(document);
                await document.FlushAsync(ct);
            }
        }
        document?.WriteEndArray();
        if (document is not null && faults.Count > 0)
        {
            document.WritePropertyName("faults");
            JsonSerializer.Serialize(document, faults.Take(MostFaultsTold), Json.Options);
        }
        document?.WriteEndObject();
        await Console.Error.WriteLineAsync($"{scanned} rows scanned, {flagged} flagged, {faults.Count} not readable");
        return faults.Count == 0 && scanned > 0 ? Exit.Done : Exit.CouldNot;
    }

    private static Result<ScannedRow> Row(string? line, string file, int number)
    {
        if (line is null)
            return Refusal.Invalid("too-large", $"{file}:{number}: the row is longer than {LongestRow / 1024 / 1024} MiB. Split its text.");
        if (StrictText.IsBroken(line))
            return Refusal.Invalid("not-utf8", $"{file}:{number}: the row is no UTF-8. Save the file as UTF-8; nothing is replaced on its own.");
        try
        {
            var row = JsonNode.Parse(line, documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject;
            return row switch
            {
                null => Refusal.Invalid("bad-row", $"{file}:{number}: the row is no JSON object. Write one {{\"id\": …, \"text\": …}} per line."),
                _ when row["id"]?.GetValueKind() is not (JsonValueKind.String or JsonValueKind.Number) => Refusal.Invalid("no-id", $"{file}:{number}: the row has no id. Give it one, text or number: findings are matched by it."),
                _ when row["text"]?.GetValueKind() is not JsonValueKind.String => Refusal.Invalid("no-text", $"{file}:{number}: the row has no text. Put what is to be scanned under \"text\", in quotes."),
                _ => new ScannedRow(row["id"] is JsonValue id && id.GetValueKind() == JsonValueKind.String ? id.GetValue<string>() : row["id"]!.DeepClone(), row["text"]!.GetValue<string>()),
            };
        }
        catch (InvalidOperationException)
        {
            return Refusal.Invalid("lone-surrogate", $"{file}:{number}: the row holds half a surrogate pair (as \\ud83d alone), which is no text. Cut the text between characters, or replace it by \\ufffd.");
        }
        catch (JsonException broken)
        {
            return Refusal.Invalid("bad-json", $"{file}:{number}: the row is no JSON: {broken.Message.Split(" LineNumber")[0]} Write one object on one line.");
        }
    }

    private sealed record ScannedRow(JsonNode Id, string Text);

    /// <summary>The lines that are not blank, each with its number from 1; null stands for one that is too long to be held.</summary>
    private static async IAsyncEnumerable<(int Line, string? Text)> Lines(StreamReader reader, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var (text, number, whole, buffer) = (new StringBuilder(), 1, true, new char[64 * 1024]);
        while (await reader.ReadAsync(buffer, ct) is var read and > 0)
        {
            for (var start = 0; start < read;)
            {
                var end = Array.IndexOf(buffer, '\n', start, read - start);
                var stop = end < 0 ? read : end;
                whole &= text.Length + stop - start <= LongestRow;
                if (whole)
                    text.Append(buffer, start, stop - start);
                start = stop + 1;
                if (end < 0)
                    continue;
                if (!whole || !string.IsNullOrWhiteSpace(text.ToString()))
                    yield return (number, whole ? text.ToString() : null);
                (whole, number) = (true, number + 1);
                text.Clear();
            }
        }
        if (!whole || !string.IsNullOrWhiteSpace(text.ToString()))
            yield return (number, whole ? text.ToString() : null);
    }
}
