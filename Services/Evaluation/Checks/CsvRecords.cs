using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace LlmOps.Evaluation;

/// <summary>Records of comma-separated values with quotes and line breaks inside them (RFC 4180).</summary>
internal sealed class CsvRecords(Lines lines)
{
    private const int MostLines = 10_000; // of one record: beyond, a quote was never closed

    /// <summary>The line on which the current record starts.</summary>
    internal long Line { get; private set; }

    internal List<string> Cells { get; } = [];

    /// <summary>Why the current record cannot be read; null where it can.</summary>
    internal string? Broken { get; private set; }

    internal bool Next()
    {
        Cells.Clear();
        Broken = null;
        string? text;
        do
        {
            text = Read();
        }
        while (text is { Length: 0 });
        if (text is null)
            return false;
        Line = lines.Number;
        var (cell, quoted, joined, size) = (new StringBuilder(), false, 0, text.Length);
        for (var at = 0; ; at++)
        {
            if (at == text.Length)
            {
                if (!quoted)
                    break;
                if (++joined > MostLines || size > Lines.Longest || Read() is not { } more)
                {
                    Broken = "A quote is opened and never closed. Close it, or double it where it is part of the text.";
                    return true;
                }
                cell.Append('\n');
                (text, at, size) = (more, -1, size + more.Length);
            }
            else if (quoted && text[at] == '"' && at + 1 < text.Length && text[at + 1] == '"')
            {
                cell.Append('"');
                at++;
            }
            else if (text[at] == '"' && (quoted || cell.Length == 0))
            {
                quoted = !quoted;
            }
            else if (text[at] == ',' && !quoted)
            {
                Close();
            }
            else
            {
                cell.Append(text[at]);
            }
        }
        Close();
        return true;

        void Close()
        {
            Cells.Add(cell.ToString());
            cell.Clear();
        }
    }

    /// <summary>One object per record: numbers, true and false as such, an empty cell as null, all else as text.</summary>
    internal static void WriteJson(string[] header, List<string> cells, ArrayBufferWriter<byte> buffer)
    {
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        for (var i = 0; i < header.Length; i++)
        {
            writer.WritePropertyName(header[i]);
            if (cells[i].Length == 0)
                writer.WriteNullValue();
            else if (cells[i] is "true" or "false")
                writer.WriteBooleanValue(cells[i] == "true");
            else if (IsNumber(cells[i]))
                writer.WriteRawValue(cells[i]);
            else
                writer.WriteStringValue(cells[i]);
        }
        writer.WriteEndObject();
    }

    private string? Read()
    {
        if (!lines.Next(out var line))
            return null;
        if (lines.Cut)
            Broken = $"The line has more than {Lines.Longest:N0} bytes. Shorten it.";
        else if (!Utf8.IsValid(line.Span))
            Broken = "The row is no valid UTF-8. Save the file as UTF-8.";
        return Broken is null ? Encoding.UTF8.GetString(line.Span) : "?";
    }

    /// <summary>As JSON writes numbers: 007 and +49 are texts.</summary>
    private static bool IsNumber(string cell)
    {
        if (cell.Length > 40 || !(char.IsAsciiDigit(cell[0]) || cell[0] == '-'))
            return false;
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(cell));
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.Number && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
