using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>Rows of JSON for other tools: as JSONL, or as CSV (RFC 4180) whose columns are the fields, with the fields of an object as <c>outer.inner</c>.</summary>
public static class ExportTable
{
    /// <summary>What a spreadsheet would take for the beginning of a formula or a command.</summary>
    private const string Formula = "=+-@\t\r";

    public static string Jsonl(IEnumerable<JsonObject> rows) => string.Concat(rows.Select(row => row.ToJsonString(LlmOps.Json.Options) + "\n"));

    /// <summary>Text that a spreadsheet would run begins with an apostrophe instead; numbers stay numbers. A list is its JSON.</summary>
    public static string Csv(IReadOnlyList<JsonObject> rows)
    {
        var flat = rows.Select(Flat).ToList();
        var columns = flat.SelectMany(row => row.Keys).Distinct().ToList();
        var text = new StringBuilder();
        text.AppendJoin(',', columns.Select(Cell)).Append("\r\n");
        foreach (var row in flat)
            text.AppendJoin(',', columns.Select(column => row.TryGetValue(column, out var value) ? CellOf(value) : "")).Append("\r\n");
        return text.ToString();
    }

    private static Dictionary<string, JsonNode?> Flat(JsonObject row)
    {
        var flat = new Dictionary<string, JsonNode?>();
        foreach (var (name, value) in row)
        {
            if (value is not JsonObject inner)
                flat[name] = value;
            else
                foreach (var (innerName, innerValue) in inner)
                    flat[$"{name}.{innerName}"] = innerValue;
        }
        return flat;
    }

    private static string CellOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "",
        JsonValueKind.String => Cell(value.GetValue<string>()),
        JsonValueKind.Object or JsonValueKind.Array => Cell(value.ToJsonString(LlmOps.Json.Options)),
        _ => value.ToJsonString(),
    };

    private static string Cell(string text)
    {
        var safe = text.Length > 0 && Formula.Contains(text[0], StringComparison.Ordinal) ? "'" + text : text;
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
