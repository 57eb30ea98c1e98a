using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace LlmOps.Evaluation;

/// <summary>The rows of a JSONL or CSV stream as JSON objects, each with its line. A broken row becomes a violation, never an exception.</summary>
internal sealed class Rows(Stream stream, string file, Action<DataViolation> violate)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    private readonly Lines lines = new(stream);
    private readonly bool csv = file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    /// <summary>Rows so far, broken ones included.</summary>
    internal long Total { get; private set; }

    /// <summary>Hands over every sound row; the element lives until the call returns.</summary>
    /// <param name="most">Rows after which to stop.</param>
    internal void Each(Action<long, JsonElement> row, long most = long.MaxValue)
    {
        foreach (var (line, bytes) in csv ? Csv() : Jsonl())
        {
            if (++Total > most)
                return;
            if (Parsed(line, bytes) is not { } document)
                continue;
            using (document)
                row(line, document.RootElement);
        }
    }

    private IEnumerable<(long Line, ReadOnlyMemory<byte> Bytes)> Jsonl()
    {
        while (lines.Next(out var line))
        {
            if (lines.Cut)
                TooLarge();
            else if (!line.Span.Trim(" \t"u8).IsEmpty)
                yield return (lines.Number, line);
        }
    }

    private IEnumerable<(long Line, ReadOnlyMemory<byte> Bytes)> Csv()
    {
        var records = new CsvRecords(lines);
        if (!records.Next() || records.Cells.Count == 0)
            yield break;
        var header = records.Cells.ToArray();
        if (header.Distinct().Count() < header.Length || header.Any(string.IsNullOrWhiteSpace))
        {
            violate(new DataViolation(records.Line, null, "bad-header", "The header has a blank or repeated name. Give each column its own."));
            yield break;
        }
        if (header.Length == 1 && header[0].AsSpan().IndexOfAny(';', '\t') >= 0)
        {
            violate(new DataViolation(records.Line, null, "bad-header", $"The header is one column, \"{header[0]}\". Part columns by commas and save again."));
            yield break;
        }
        var buffer = new ArrayBufferWriter<byte>();
        while (records.Next())
        {
            if (records.Broken is { } why)
            {
                Total++;
                violate(new DataViolation(records.Line, null, "bad-row", why));
            }
            else if (records.Cells.Count != header.Length)
            {
                Total++;
                violate(new DataViolation(records.Line, null, "bad-row", $"The row has {records.Cells.Count} cells, the header {header.Length}. Quote cells that hold a comma."));
            }
            else
            {
                buffer.ResetWrittenCount();
                CsvRecords.WriteJson(header, records.Cells, buffer);
                yield return (records.Line, buffer.WrittenMemory);
            }
        }
    }

    private JsonDocument? Parsed(long line, ReadOnlyMemory<byte> bytes)
    {
        if (!Utf8.IsValid(bytes.Span))
            return Broken("bad-utf8", "The row is no valid UTF-8. Save the file as UTF-8.");
        try
        {
            var document = JsonDocument.Parse(bytes, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                document.Dispose();
                return Broken("bad-row", "The row is no JSON object. Write one object per line, starting with { and ending with }.");
            }
            if (bytes.Span.IndexOf("\\u"u8) >= 0 && !IsWholeText(document.RootElement))
            {
                document.Dispose();
                return Broken("bad-text", "A text of the row holds half a surrogate pair (a \\ud… escape without its partner). Write the whole character.");
            }
            return document;
        }
        catch (JsonException broken)
        {
            return Broken("bad-json", $"The row is no JSON: {broken.Message.Split(" LineNumber")[0]} Write one object on one line.");
        }

        JsonDocument? Broken(string rule, string message)
        {
            violate(new DataViolation(line, null, rule, message));
            return null;
        }
    }

    private void TooLarge()
    {
        Total++;
        violate(new DataViolation(lines.Number, null, "too-large", $"The row has more than {Lines.Longest:N0} bytes. Shorten it."));
    }

    /// <summary>Half a surrogate pair in an escape is valid JSON and no text.</summary>
    private static bool IsWholeText(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.Object => element.EnumerateObject().All(property => property.Name is not null && IsWholeText(property.Value)),
                JsonValueKind.Array => element.EnumerateArray().All(IsWholeText),
                JsonValueKind.String => element.GetString() is not null,
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
