using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>Reads an answered case from one JSON object: <c>id, input, output, expected, context[], tags[], finishReason, latencyMs, ttftMs, costUsd, toolCalls[], retrieved[]</c>.
/// Only id and output must be there; OpenAI's snake-case spelling is understood too; fields nobody knows are left alone.</summary>
public static class ScoredRow
{
    public static Result<ScoredCase> Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is JsonObject row
                ? Read(row)
                : Refusal.Invalid("bad-row", "The row is no JSON object. Write one object per line, starting with { and ending with }.");
        }
        catch (JsonException broken)
        {
            return Refusal.Invalid("bad-json", $"The row is no JSON: {broken.Message.Split(" LineNumber")[0]} Write one object on one line.");
        }
        catch (InvalidOperationException)
        {
            return Refusal.Invalid("bad-json", "The row holds half a surrogate pair (as \\ud83d alone), which is no text. Cut the text between characters, or replace it by \\ufffd.");
        }
    }

    public static Result<ScoredCase> Read(JsonObject row)
    {
        var faults = new List<string>();
        var id = Text(row["id"]);
        if (string.IsNullOrWhiteSpace(id))
            faults.Add("The row has no id. Give it one, as text or number: its score is found by it.");
        if (row["output"] is null)
            faults.Add("The row has no output, so there is nothing to score. Add it as text, empty where the model said nothing.");
        var answered = new ScoredCase(
            id ?? "", Text(row["input"]) ?? "", Text(row["output"]) ?? "", ExpectationOf(row["expected"], faults), Texts(row, "context", "text", faults) ?? [], Texts(row, "tags", "name", faults),
            Text(Find(row, "finishReason")), Number(row, "latencyMs", faults), Number(row, "ttftMs", faults), (decimal?)Number(row, "costUsd", faults),
            Calls(row, faults), Texts(row, "retrieved", "id", faults));
        return faults.Count == 0 ? answered : Refusal.Invalid("bad-row", string.Join(' ', faults));
    }

    /// <summary>As in a dataset; a JSON value of another shape is a reference too, as its text.</summary>
    private static Expectation? ExpectationOf(JsonNode? node, List<string> faults) => node switch
    {
        JsonObject map when map["facts"] is null && map["tool_calls"] is null => new Expectation([map.ToJsonString(Json.Options)], []),
        JsonArray list when list.Any(item => item is JsonObject or JsonArray) => new Expectation([list.ToJsonString(Json.Options)], []),
        JsonArray { Count: 0 } => new Expectation([], []),
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => new Expectation([value.ToJsonString()], []),
        _ => EvalCase.ExpectationOf(node, faults),
    };

    /// <summary>A structured answer is judged as its JSON text.</summary>
    private static string? Text(JsonNode? node) => node switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => node.ToJsonString(Json.Options),
    };

    /// <param name="field">What of an object counts, where the list holds objects.</param>
    private static IReadOnlyList<string>? Texts(JsonObject row, string name, string field, List<string> faults)
    {
        switch (row[name])
        {
            case null:
                return null;
            case JsonArray list when list.All(item => item is not (null or JsonArray)):
                return [.. list.Select(item => Text((item as JsonObject)?[field] ?? item)!)];
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return [value.GetValue<string>()];
            default:
                faults.Add($"{name} must be a list of texts.");
                return null;
        }
    }

    private static double? Number(JsonObject row, string name, List<string> faults)
    {
        if (Find(row, name) is not { } found)
            return null;
        if (found.GetValueKind() == JsonValueKind.Number && found.AsValue().TryGetValue<double>(out var number) && number is >= 0 and < 1e15)
            return number;
        faults.Add($"{name} must be a number of at least 0.");
        return null;
    }

    private static JsonArray? Calls(JsonObject row, List<string> faults)
    {
        var found = Find(row, "toolCalls");
        if (found is not (null or JsonArray))
            faults.Add("toolCalls must be a list, as OpenAI's tool_calls.");
        return found as JsonArray;
    }

    private static JsonNode? Find(JsonObject row, string name) => row[name] ?? row[JsonNamingPolicy.SnakeCaseLower.ConvertName(name)];
}
