using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>One case: what goes in, and what is expected to come out.</summary>
/// <param name="Vars">Fill the template. A row with only <c>input</c> has the one variable "input".</param>
/// <param name="Expected">Null where the case has no reference: scorers that need one leave it out.</param>
/// <param name="Context">Texts the answer must rest on, where the row carries them.</param>
/// <param name="Segment">The slice the case counts to.</param>
/// <param name="Source">Where the case comes from.</param>
/// <param name="Extra">Every other field of the row, kept.</param>
/// <param name="Line">1-based.</param>
public sealed record EvalCase(
    string Id, IReadOnlyDictionary<string, string> Vars, Expectation? Expected, IReadOnlyList<string> Context,
    string? Segment, string? Source, IReadOnlyList<string> Tags, JsonObject? Extra, int Line)
{
    public const string Input = "input";

    private static readonly string[] Known = ["id", "vars", Input, "expected", "context", "segment", "source", "tags"];

    internal static EvalCase Read(JsonObject row, int line, List<string> faults)
    {
        var id = Text(row, "id", faults);
        if (string.IsNullOrWhiteSpace(id) && faults.Count == 0)
            faults.Add("The row has no id. Give it one: results of two runs are paired by it.");
        var extra = new JsonObject(row.Where(field => !Known.Contains(field.Key)).Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
        return new EvalCase(
            id ?? "", VarsOf(row, faults), ExpectationOf(row["expected"], faults), Texts(row, "context", faults),
            Text(row, "segment", faults), Text(row, "source", faults), Texts(row, "tags", faults), extra.Count > 0 ? extra : null, line);
    }

    private static Dictionary<string, string> VarsOf(JsonObject row, List<string> faults)
    {
        var vars = new Dictionary<string, string>();
        if (row["vars"] is JsonObject given)
        {
            foreach (var (name, value) in given)
            {
                if (TextOf(value) is { } text)
                    vars[name] = text;
                else
                    faults.Add($"vars.{name} must be text. Put it in quotes.");
            }
        }
        else if (row["vars"] is not null)
        {
            faults.Add("vars must be an object of texts, for example {\"question\": \"…\"}.");
        }
        if (Text(row, Input, faults) is { } input && !vars.TryAdd(Input, input))
            faults.Add("input stands both in the row and in vars. Keep one of the two.");
        if (vars.Count == 0 && faults.Count == 0)
            faults.Add("The row has neither vars nor input, so there is nothing to ask. Add one of them.");
        return vars;
    }

    internal static Expectation? ExpectationOf(JsonNode? node, List<string> faults)
    {
        switch (node)
        {
            case null:
                return null;
            case JsonArray texts when texts.Count > 0 && texts.All(text => TextOf(text) is not null):
                return new Expectation([.. texts.Select(text => TextOf(text)!)], []);
            case JsonObject { Count: 1 } map when map["facts"] is JsonArray { Count: > 0 } facts && facts.All(fact => TextOf(fact) is { Length: > 0 }):
                var texts2 = facts.Select(fact => TextOf(fact)!).ToList();
                faults.AddRange(texts2.Where(fact => Fact.Parse(fact) is null)
                    .Select(fact => $"The fact {fact} is no regular expression without look-around and back-references. Correct it, or drop the slashes for plain text."));
                return new Expectation([], texts2);
            case JsonObject { Count: 1 } map when map["tool_calls"] is JsonArray calls && calls.All(call => call is JsonObject || TextOf(call) is not null):
                return new Expectation([.. calls.Select(call => TextOf(call) ?? call!.ToJsonString(Json.Options))], []);
            default:
                if (TextOf(node) is { } one)
                    return new Expectation([one], []);
                faults.Add("expected must be a text, a list of accepted texts, {\"facts\": [\"text\", \"/regex/\"]} or {\"tool_calls\": [{\"name\": …, \"arguments\": {…}}]}.");
                return null;
        }
    }

    private static List<string> Texts(JsonObject row, string name, List<string> faults)
    {
        if (row[name] is null)
            return [];
        if (row[name] is JsonArray list && list.All(item => TextOf(item) is not null))
            return [.. list.Select(item => TextOf(item)!)];
        faults.Add($"{name} must be a list of texts.");
        return [];
    }

    private static string? Text(JsonObject row, string name, List<string> faults)
    {
        var text = TextOf(row[name]);
        if (text is null && row[name] is not null)
            faults.Add($"{name} must be text.");
        return text;
    }

    private static string? TextOf(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.String => node.GetValue<string>(),
        JsonValueKind.Number => node.ToJsonString(),
        _ => null,
    };
}

/// <summary>What an answer is held against: accepted texts, or facts (texts and /regular expressions/) that must all occur. One of the two is empty.</summary>
public sealed record Expectation(IReadOnlyList<string> Texts, IReadOnlyList<string> Facts);
