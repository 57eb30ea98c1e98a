using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>The tool calls of an answer against the expected ones, 0 to 1. f1: F1 of calls whose name and arguments agree; names: F1 of names alone; exact: the same calls in the same order;
/// subset: share of the expected calls that were made, further calls and arguments being free; order: share of the expected calls made in their order.
/// A case expects <c>{tool_calls: [...]}</c>, or a list of names or of JSON texts <c>{name, arguments}</c>; a call expected without arguments takes any. An empty list expects no call.</summary>
internal sealed class ToolCallScorer(SuiteScorer settings) : Scorer(settings, threshold: 1)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    internal static readonly IReadOnlyList<string> Metrics = ["f1", "names", "exact", "subset", "order"];

    public override Score Score(ScoredCase answered)
    {
        if (answered.Expected is null && Settings.Values is null && Settings.Value is null)
            return Evaluation.Score.Missing("The case expects no tool calls.");
        if (answered.ToolCalls is not { } calls)
            return Evaluation.Score.Missing("The case does not say which tools were called.");
        var metric = Settings.Metric ?? Metrics[0];
        var wanted = References(answered).SelectMany(ToolCall.Expected).Select(call => metric == "names" ? call with { Arguments = null } : call).ToList();
        var made = calls.Select(ToolCall.Made).ToList();
        var value = Value(metric, wanted, made);
        var missing = Unmatched(wanted, made, metric == "subset");
        return Evaluation.Score.Of(value, Threshold, missing.Count == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{metric} {value:0.###}: {made.Count} calls for {wanted.Count}")
            : $"not called as expected: {string.Join("; ", missing.Select(call => call.ToString()))}");
    }

    private static double Value(string metric, List<ToolCall> wanted, List<ToolCall> made)
    {
        if (wanted.Count == 0 || made.Count == 0)
            return wanted.Count == made.Count ? 1 : 0;
        return metric switch
        {
            "exact" => wanted.Count == made.Count && wanted.Zip(made).All(pair => pair.First.Met(pair.Second, partly: false)) ? 1 : 0,
            "subset" => Share(wanted.Count - Unmatched(wanted, made, partly: true).Count, wanted.Count),
            "order" => Share(InOrder(wanted, made), wanted.Count),
            _ => NGrams.F(wanted.Count - Unmatched(wanted, made, partly: false).Count, made.Count, wanted.Count),
        };
    }

    private static double Share(int part, int whole) => part / (double)whole;

    /// <summary>Expected calls that no call of their own meets; the pickiest choose first.</summary>
    private static List<ToolCall> Unmatched(List<ToolCall> wanted, List<ToolCall> made, bool partly)
    {
        var left = made.ToList();
        return [.. wanted.OrderByDescending(call => call.Arguments?.Count ?? -1).Where(call => left.FindIndex(other => call.Met(other, partly)) is var at && (at < 0 || !Take(at)))];

        bool Take(int at)
        {
            left.RemoveAt(at);
            return true;
        }
    }

    private static int InOrder(List<ToolCall> wanted, List<ToolCall> made)
    {
        var row = new int[made.Count + 1];
        foreach (var call in wanted)
        {
            var corner = 0;
            for (var j = 1; j <= made.Count; j++)
                (corner, row[j]) = (row[j], call.Met(made[j - 1], partly: false) ? corner + 1 : Math.Max(row[j], row[j - 1]));
        }
        return row[^1];
    }

    /// <param name="Arguments">Null: of an expected call any, of a made one unreadable.</param>
    private sealed record ToolCall(string Name, JsonObject? Arguments)
    {
        internal static IEnumerable<ToolCall> Expected(string text)
        {
            try
            {
                return JsonNode.Parse(NormalText.Whole(text), documentOptions: Strict) switch
                {
                    JsonArray list => [.. list.Select(Of)],
                    JsonObject one => [Of(one)],
                    _ => [new ToolCall(text.Trim(), null)],
                };
            }
            catch (JsonException)
            {
                return [new ToolCall(text.Trim(), null)];
            }

            static ToolCall Of(JsonNode? node) => node is JsonValue name ? new ToolCall(name.ToString(), null) : Made(node);
        }

        /// <summary>As OpenAI has it, with the arguments as JSON text, or flat with an object.</summary>
        internal static ToolCall Made(JsonNode? node)
        {
            try
            {
                var call = (node as JsonObject)?["function"] as JsonObject ?? node as JsonObject;
                return new ToolCall(call?["name"]?.ToString() ?? "", call?["arguments"] switch
                {
                    JsonObject map => Parsed(map.ToJsonString()),
                    JsonValue text when text.TryGetValue<string>(out var json) => Parsed(json),
                    _ => null,
                });
            }
            catch (InvalidOperationException)
            {
                return new ToolCall("", null); // half a surrogate pair, which cannot be read as text
            }
        }

        internal bool Met(ToolCall made, bool partly) => Name == made.Name && (Arguments is null
            || (made.Arguments is { } given && (partly || given.Count == Arguments.Count)
                && Arguments.All(wanted => given.TryGetPropertyValue(wanted.Key, out var value) && JsonNode.DeepEquals(value, wanted.Value))));

        public override string ToString() => Arguments is null ? Name : $"{Name}{Arguments.ToJsonString(Json.Options)}";

        private static JsonObject? Parsed(string json)
        {
            try
            {
                return JsonNode.Parse(json.Length == 0 ? "{}" : NormalText.Whole(json), documentOptions: Strict) as JsonObject;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}
