using System.Text.Json;

namespace LlmOps.Evaluation;

/// <summary>The form that rows are meant to have where no schema says so.</summary>
internal enum RowForm
{
    /// <summary>Any object.</summary>
    Free,

    /// <summary>text, label, source and timestamp.</summary>
    Labelled,

    /// <summary>Cases of an evaluation: id, vars or input, expected.</summary>
    Cases,
}

/// <summary>Which field plays which part, told by the options or by the first rows.</summary>
/// <param name="Required">Fields without which a row is broken.</param>
/// <param name="Content">Fields that make two rows the same; empty for all but ids, times and sources.</param>
/// <param name="LabelKind">The kind of value that most labels have.</param>
internal sealed record Layout(
    RowForm Form, FieldPath? Text, FieldPath? Label, FieldPath Source, FieldPath Timestamp, FieldPath Segment,
    IReadOnlyList<FieldPath> Required, IReadOnlyList<FieldPath> Content, JsonValueKind LabelKind)
{
    private const int Looked = 1000; // rows from the start that the form is told by

    private static readonly string[] Questions = ["text", "input", "vars", "question", "prompt", "query", "messages"];
    private static readonly string[] IdEndings = ["_id", "-id", "Id", "uuid", "guid", "sha256", "hash"];

    internal static Layout Of(DataSource data, DataOptions options)
    {
        var rows = new List<JsonElement>();
        using var stream = data.Open();
        new Rows(stream, data.Name, _ => { }).Each((_, row) => rows.Add(row.Clone()), Looked);

        var (text, label) = (FieldPath.Of(options.Text), FieldPath.Of(options.Label));
        var (source, timestamp) = (new FieldPath("source"), new FieldPath("timestamp"));
        var named = text is not null || label is not null;
        var form = Mostly("id") && (Mostly("vars") || Mostly("input")) ? RowForm.Cases
            : named || (Mostly("text") && Mostly("label")) ? RowForm.Labelled
            : RowForm.Free;
        if (!named && form == RowForm.Labelled)
            text = new FieldPath("text");
        if (label is null && Mostly("label"))
            label = new FieldPath("label");
        if (label is null && form == RowForm.Cases && IsLabel("expected"))
            label = new FieldPath("expected");
        text ??= Mostly("text") ? new FieldPath("text") : null;

        // Who names the fields has rows of their own form: source and timestamp are asked for where most rows carry them.
        List<FieldPath> required = form != RowForm.Labelled ? [] : named
            ? [.. new[] { FieldPath.Of(options.Text), FieldPath.Of(options.Label) }.OfType<FieldPath>(), .. new[] { source, timestamp }.Where(field => Mostly(field.Name))]
            : [text!, label!, source, timestamp];
        List<FieldPath> content = text is not null ? [text] : [.. Questions.Where(Mostly).Select(name => new FieldPath(name))];
        var labels = rows.Select(row => label?.In(row)?.ValueKind).OfType<JsonValueKind>().GroupBy(kind => kind is JsonValueKind.True ? JsonValueKind.False : kind);
        return new Layout(form, text, label, source, timestamp, new FieldPath("segment"), required, content,
            labels.OrderByDescending(kind => kind.Count()).FirstOrDefault()?.Key is { } most and (JsonValueKind.Number or JsonValueKind.False) ? most : JsonValueKind.String);

        bool Mostly(string name) => rows.Count > 0 && rows.Count(row => new FieldPath(name).In(row) is not null) * 2 >= rows.Count;

        bool IsLabel(string name)
        {
            var values = rows.Select(row => new FieldPath(name).In(row)).OfType<JsonElement>().Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()).ToList();
            return values.Count * 2 > rows.Count && values.Distinct().Count() * 2 <= values.Count;
        }
    }

    /// <summary>Names that say that a value only tells rows apart.</summary>
    internal static bool IsIdName(string path)
    {
        var name = path[(path.LastIndexOf('.') + 1)..];
        return name.Equals("id", StringComparison.OrdinalIgnoreCase) || IdEndings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal));
    }
}

/// <summary>A field by its dotted path; a field whose own name has the dots comes first.</summary>
internal sealed record FieldPath(string Name)
{
    private readonly string[] steps = Name.Split('.');

    internal static FieldPath? Of(string? name) => name is null ? null : new(name);

    /// <summary>The value; null where it is absent or null.</summary>
    internal JsonElement? In(JsonElement row)
    {
        if (row.TryGetProperty(Name, out var value))
            return value.ValueKind == JsonValueKind.Null ? null : value;
        if (steps.Length == 1)
            return null;
        foreach (var step in steps)
        {
            if (row.ValueKind != JsonValueKind.Object || !row.TryGetProperty(step, out row))
                return null;
        }
        return row.ValueKind == JsonValueKind.Null ? null : row;
    }
}
