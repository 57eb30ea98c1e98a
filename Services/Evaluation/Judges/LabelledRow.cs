using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>An answer that a human has judged, or that only the judge will.</summary>
/// <param name="Human">Whether the human passes it; null where no human has looked.</param>
public sealed record LabelledRow(ScoredCase Answered, bool? Human, string? Segment)
{
    public const double PassAt = 7; // of 10

    /// <summary>The rows of a dataset with <c>output</c> and <c>human</c>: pass or fail, or a grade of 0 to 10 that passes from <paramref name="passAt"/> on.</summary>
    public static Result<LabelledRows> Parse(ReadOnlySpan<byte> jsonl, string file, double passAt = PassAt)
    {
        var dataset = Dataset.Parse(jsonl, file);
        if (dataset.Refused)
            return dataset.Refusal;
        var problems = new List<Finding>();
        var rows = dataset.Value.Cases.Select(@case => Read(@case, file, passAt, problems)).OfType<LabelledRow>().ToList();
        return problems.Count == 0 ? new LabelledRows(dataset.Value.Name, dataset.Value.Sha256, rows) : YamlRefusal.Of(problems);
    }

    private static LabelledRow? Read(EvalCase @case, string file, double passAt, List<Finding> problems)
    {
        if (@case.Extra?["output"] is not JsonValue output || output.GetValueKind() != JsonValueKind.String)
        {
            problems.Add(new Finding(file, @case.Line, "bad-row", FindingLevel.Error, "The row has no output as text, so there is nothing to judge. Add the answer that the human judged."));
            return null;
        }
        var human = @case.Extra["human"];
        if (HumanOf(human, passAt) is not { } label)
        {
            problems.Add(new Finding(file, @case.Line, "bad-label", FindingLevel.Error,
                $"human is {human!.ToJsonString(Json.Options)}; it must be \"pass\" or \"fail\", or a number from 0 to 10. Leave it out where no human has judged the row."));
            return null;
        }
        var input = @case.Vars.TryGetValue(EvalCase.Input, out var asked) ? asked : string.Join('\n', @case.Vars.Values);
        return new LabelledRow(new ScoredCase(@case.Id, input, output.GetValue<string>(), @case.Expected, @case.Context, @case.Tags), label.Passes, @case.Segment);
    }

    private static Label? HumanOf(JsonNode? node, double passAt) => node switch
    {
        null => new Label(null),
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => new Label(value.GetValue<bool>()),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => Grade(value.ToJsonString(), passAt),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>().Trim().ToLowerInvariant() switch
        {
            "pass" => new Label(true),
            "fail" => new Label(false),
            _ => null,
        },
        _ => null,
    };

    private static Label? Grade(string number, double passAt) =>
        double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var grade) && grade is >= 0 and <= 10 ? new Label(grade >= passAt) : null;

    private sealed record Label(bool? Passes);
}

/// <param name="Sha256">Of the file's bytes.</param>
public sealed record LabelledRows(string Name, string Sha256, IReadOnlyList<LabelledRow> Rows);
