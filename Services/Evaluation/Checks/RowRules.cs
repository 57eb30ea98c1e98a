using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>What makes a row broken: the schema where there is one, else the form that the rows have.</summary>
internal sealed class RowRules(Layout layout, SchemaCheck? schema, Action<DataViolation> violate)
{
    internal const int MostCharacters = 10_000; // Unicode characters of a text

    private const double FirstEpoch = 1e8; // 1973 in seconds
    private const double LastEpoch = 4.2e12; // 2103 in milliseconds

    private readonly Dictionary<string, long> ids = [];

    internal void Check(long line, JsonElement row)
    {
        Numbers(line, row, "");
        if (schema is not null)
        {
            foreach (var violation in schema.Row(row, (int)Math.Min(line, int.MaxValue)))
                violate(Of(violation, line));
            return;
        }
        switch (layout.Form)
        {
            case RowForm.Labelled:
                Labelled(line, row);
                break;
            case RowForm.Cases:
                Case(line, row);
                break;
        }
    }

    internal static DataViolation Of(SchemaViolation violation, long line)
    {
        var field = Dotted(violation.Pointer);
        return new DataViolation(line, field, "schema", $"{field ?? "The row"} {violation.Message}");
    }

    /// <summary>A JSON pointer as a dotted path; null for the row itself.</summary>
    private static string? Dotted(string pointer) => pointer.Length == 0 ? null : pointer.TrimStart('/').Replace('/', '.').Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private void Labelled(long line, JsonElement row)
    {
        foreach (var field in layout.Required)
        {
            if (field.In(row) is not { } value)
                violate(new DataViolation(line, field.Name, "missing-field", $"The row has no {field.Name}. Add it."));
            else if (value.ValueKind == JsonValueKind.String && Blank(value))
                violate(new DataViolation(line, field.Name, "empty-value", $"{field.Name} is blank. Fill it in, or drop the row."));
        }
        if (layout.Text?.In(row) is { } text)
            Text(line, text, layout.Text.Name);
        if (layout.Label?.In(row) is { } label && (label.ValueKind == JsonValueKind.True ? JsonValueKind.False : label.ValueKind) != layout.LabelKind)
            Wrong(line, layout.Label.Name, label, layout.LabelKind switch { JsonValueKind.Number => "a number, as the other rows' labels", JsonValueKind.False => "true or false, as the other rows' labels", _ => "text" });
        if (layout.Source.In(row) is { } source && source.ValueKind != JsonValueKind.String)
            Wrong(line, layout.Source.Name, source, "text");
        if (layout.Timestamp.In(row) is { } time && !IsTime(time))
            violate(new DataViolation(line, layout.Timestamp.Name, "bad-timestamp", $"timestamp is no point in time. Write it as 2026-01-31T12:00:00Z."));
    }

    private void Text(long line, JsonElement text, string name)
    {
        if (text.ValueKind != JsonValueKind.String)
            Wrong(line, name, text, "text");
        else if (Characters(text) is > MostCharacters and var length)
            violate(new DataViolation(line, name, "too-long", $"{name} has {length:N0} characters, the limit is {MostCharacters:N0}. Shorten it."));
    }

    private void Case(long line, JsonElement row)
    {
        var faults = new List<string>();
        var @case = EvalCase.Read(JsonObject.Create(row)!, (int)Math.Min(line, int.MaxValue), faults);
        foreach (var fault in faults)
            violate(new DataViolation(line, null, "bad-row", fault));
        if (faults.Count == 0 && !ids.TryAdd(@case.Id, line))
            violate(new DataViolation(line, "id", "duplicate-id", $"The id \"{@case.Id}\" stands already on line {ids[@case.Id]}. Give each case its own."));
    }

    /// <summary>JSON allows numbers that no machine number holds.</summary>
    private void Numbers(long line, JsonElement element, string path)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Number && !double.IsFinite(property.Value.GetDouble()))
                violate(new DataViolation(line, path + property.Name, "number-out-of-range", $"{path}{property.Name} is beyond what a number can hold. Write it smaller, or as text."));
            else if (property.Value.ValueKind == JsonValueKind.Object)
                Numbers(line, property.Value, $"{path}{property.Name}.");
        }
    }

    private void Wrong(long line, string field, JsonElement value, string expected) => violate(new DataViolation(line, field, "wrong-type", $"{field} must be {expected}, not {Named(value.ValueKind)}."));

    private static string Named(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object", JsonValueKind.Array => "a list", JsonValueKind.Number => "a number", JsonValueKind.String => "text", _ => "true or false",
    };

    private static bool Blank(JsonElement value) => value.ValueEquals("") || (char.IsWhiteSpace(value.GetString()![0]) && string.IsNullOrWhiteSpace(value.GetString()));

    /// <summary>In UTF-8 every character has one byte that does not continue another; an escape has at least two bytes.</summary>
    private static int Characters(JsonElement text)
    {
        var raw = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(text);
        return raw.Length - 2 <= MostCharacters ? 0 : text.GetString()!.EnumerateRunes().Count();
    }

    private static bool IsTime(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.TryGetDateTimeOffset(out _)
            || (value.GetString() is { Length: >= 8 } text && char.IsAsciiDigit(text[0]) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)),
        JsonValueKind.Number => value.GetDouble() is >= FirstEpoch and <= LastEpoch,
        _ => false,
    };
}
