using System.Text.Json;

namespace LlmOps.Evaluation;

/// <summary>The contract of a dataset's rows: a JSON Schema for each row, and the rules that only the whole file can break.</summary>
/// <param name="File">Where it was read, or what it is called.</param>
/// <param name="Fields">The fields with a rule over all rows.</param>
public sealed record DatasetSchema(string File, JsonSchema Row, IReadOnlyList<FieldRule> Fields)
{
    /// <summary>A JSON Schema where the file's name ends in .json, else the field language.</summary>
    public static Result<DatasetSchema> Parse(string text, string file)
    {
        var problems = new List<Finding>();
        return Read(text, file, problems) is { } schema && problems.Count == 0 ? schema : YamlRefusal.Of(problems);
    }

    /// <summary>What <see cref="Parse"/> would refuse, one finding per problem.</summary>
    public static IReadOnlyList<Finding> Problems(string text, string file)
    {
        var problems = new List<Finding>();
        Read(text, file, problems);
        return problems;
    }

    /// <summary>What a dataset breaks of its contract, each with its line. Rows that are no JSON are passed over: they have findings of their own.</summary>
    public IReadOnlyList<Finding> Check(ReadOnlySpan<byte> jsonl, string file)
    {
        var check = new SchemaCheck(this);
        var findings = new List<Finding>();
        var number = 0;
        foreach (var range in jsonl.Split((byte)'\n'))
        {
            number++;
            var line = number;
            using var row = JsonRow.Read(JsonRow.WithoutMark(jsonl[range], line), out _);
            if (row is not null)
                findings.AddRange(check.Row(row.RootElement, line).Select(violation => Of(violation, file, line)));
        }
        return [.. findings, .. check.End().Select(violation => Of(violation, file, line: null))];
    }

    /// <summary>A violation as validation reports it: the rule is <c>schema</c>.</summary>
    public Finding Of(SchemaViolation violation, string file, int? line) =>
        new(file, line, "schema", FindingLevel.Error, $"{(violation.Pointer.Length == 0 ? "The row" : violation.Pointer)} {violation.Message} Correct the row, or its contract {File}.");

    private static DatasetSchema? Read(string text, string file, List<Finding> problems)
    {
        if (!file.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return FieldLanguage.Read(text, file, problems);
        var schema = JsonSchema.Parse(text, assertFormats: true);
        if (!schema.Refused)
            return new DatasetSchema(file, schema.Value, []);
        problems.Add(new Finding(file, null, schema.Refusal.Code, FindingLevel.Error, schema.Refusal.Detail));
        return null;
    }
}

/// <summary>A rule over all rows of a file.</summary>
/// <param name="Path">Names from the row down to the field.</param>
/// <param name="MaxNullRate">0 to 1: the share of rows that may lack the field or hold null; null where there is no limit.</param>
/// <param name="Unique">Whether no value may stand in two rows.</param>
public sealed record FieldRule(IReadOnlyList<string> Path, double? MaxNullRate, bool Unique)
{
    public string Pointer => string.Concat(Path.Select(name => "/" + SchemaPlaces.Escaped(name)));

    /// <summary>Null where the row lacks the field or holds null.</summary>
    internal JsonElement? In(JsonElement row)
    {
        var at = row;
        foreach (var name in Path)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
                return null;
        }
        return at.ValueKind is JsonValueKind.Null ? null : at;
    }
}
