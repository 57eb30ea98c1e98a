using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace LlmOps.Evaluation;

/// <summary>One line of a JSONL file, read strictly: what cannot be kept exactly as it was written is named with its byte and never replaced.</summary>
public static class JsonRow
{
    /// <summary>Bytes of one row.</summary>
    public const int MaxBytes = 1024 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The line without the byte order mark that a first line may begin with, and without white space around it.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> line, int number)
    {
        if (number == 1 && line.StartsWith(Encoding.UTF8.Preamble))
            line = line[Encoding.UTF8.Preamble.Length..];
        return line.Trim(" \t\r"u8);
    }

    /// <summary>The row, or null with what is wrong with it.</summary>
    public static JsonDocument? Read(ReadOnlySpan<byte> row, out RowFault? fault)
    {
        fault = Unreadable(row);
        if (fault is not null)
            return null;
        try
        {
            fault = Inexact(row);
            if (fault is not null)
                return null;
            var document = JsonDocument.Parse(row.ToArray(), Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            fault = new("bad-row", "The row is no JSON object. Write one object per line, starting with { and ending with }.");
        }
        catch (JsonException broken)
        {
            fault = new("bad-json", $"The row is no JSON: {broken.Message.Split(" LineNumber")[0]} Write one object on one line.");
        }
        return null;
    }

    private static RowFault? Unreadable(ReadOnlySpan<byte> row)
    {
        if (row.Length > MaxBytes)
            return new("too-large", $"The row has {row.Length:N0} bytes, the limit is {MaxBytes:N0}. Shorten it.");
        return Utf8.IsValid(row)
            ? null
            : new("not-utf8", $"Byte {ValidLength(row) + 1} of the row is no UTF-8. Save the file as UTF-8; nothing is replaced on its own.");
    }

    /// <summary>What JSON allows and no program can hold: half a character, and a number beyond a double.</summary>
    private static RowFault? Inexact(ReadOnlySpan<byte> row)
    {
        var reader = new Utf8JsonReader(row);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && LoneSurrogate(reader.ValueSpan) is { } at)
                return new("lone-surrogate", $"At byte {reader.TokenStartIndex + 2 + at} half of a surrogate pair stands alone, which is no character. Write the whole pair, or remove it.");
            if (reader.TokenType == JsonTokenType.Number && (!reader.TryGetDouble(out var number) || !double.IsFinite(number)))
                return new("bad-number", $"The number at byte {reader.TokenStartIndex + 1} lies beyond ±1.8e308, so nothing can compute with it. Write it smaller, or as text in quotes.");
        }
        return null;
    }

    private static int ValidLength(ReadOnlySpan<byte> row)
    {
        var length = 0;
        while (Rune.DecodeFromUtf8(row[length..], out _, out var used) == System.Buffers.OperationStatus.Done)
            length += used;
        return length;
    }

    /// <summary>Where in an escaped string a \u escape makes half a pair.</summary>
    private static int? LoneSurrogate(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
                continue;
            var unit = Unit(text, i);
            if (unit is { } high && char.IsHighSurrogate(high) && Unit(text, i + 6) is { } low && char.IsLowSurrogate(low))
                i += 11;
            else if (unit is { } alone && char.IsSurrogate(alone))
                return i;
            else
                i++;
        }
        return null;
    }

    private static char? Unit(ReadOnlySpan<byte> text, int at) =>
        at + 6 <= text.Length && text[at] == '\\' && text[at + 1] == 'u' && System.Buffers.Text.Utf8Parser.TryParse(text.Slice(at + 2, 4), out ushort unit, out var used, 'x') && used == 4
            ? (char)unit
            : null;
}

/// <param name="Rule">Stable, kebab-case.</param>
/// <param name="Message">What is wrong, and the cure. Bytes are counted from 1 within the row.</param>
public sealed record RowFault(string Rule, string Message);
