using System.Text;
using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>A chat completion out of its chunks. Only the first choice is kept: a case has one answer.</summary>
public sealed class StreamedCompletion
{
    private static readonly string[] Kept = ["id", "model", "system_fingerprint", "llmops"];

    private readonly StringBuilder text = new();
    private readonly StringBuilder refusal = new();
    private readonly SortedDictionary<int, Tool> tools = [];
    private readonly JsonObject envelope = [];
    private string? finish;
    private JsonNode? usage;

    /// <summary>The text so far.</summary>
    public string Said => text.ToString();

    /// <summary>True where the chunk says something that a reader would see.</summary>
    public bool Add(JsonObject chunk)
    {
        foreach (var name in Kept)
        {
            if (!envelope.ContainsKey(name) && chunk[name] is { } value)
                envelope[name] = value.DeepClone();
        }
        usage = chunk["usage"]?.DeepClone() ?? usage;
        if (chunk["choices"] is not JsonArray choices || choices.OfType<JsonObject>().FirstOrDefault(IsFirst) is not { } choice)
            return false;
        finish = Text(choice["finish_reason"]) ?? finish;
        if (choice["delta"] is not JsonObject delta)
            return false;
        var (said, no) = (Text(delta["content"]), Text(delta["refusal"]));
        text.Append(said);
        refusal.Append(no);
        var called = delta["tool_calls"] as JsonArray;
        foreach (var call in called?.OfType<JsonObject>() ?? [])
            AddTool(call);
        return said?.Length > 0 || no?.Length > 0 || called is { Count: > 0 };
    }

    /// <summary>Null where no chunk said anything or said that this is the end.</summary>
    public JsonObject? Completion()
    {
        if (finish is null && text.Length == 0 && refusal.Length == 0 && tools.Count == 0)
            return null;
        var message = new JsonObject { ["role"] = "assistant", ["content"] = text.Length > 0 || (tools.Count == 0 && refusal.Length == 0) ? text.ToString() : null };
        if (refusal.Length > 0)
            message["refusal"] = refusal.ToString();
        if (tools.Count > 0)
            message["tool_calls"] = new JsonArray([.. tools.Values.Select(tool => tool.ToJson())]);
        var completion = new JsonObject { ["object"] = "chat.completion" };
        foreach (var (name, value) in envelope)
            completion[name] = value?.DeepClone();
        completion["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message, ["finish_reason"] = finish });
        completion["usage"] = usage?.DeepClone();
        return completion;
    }

    private void AddTool(JsonObject call)
    {
        var place = call["index"] is JsonValue index && index.TryGetValue<int>(out var at) ? at : tools.Count;
        if (!tools.TryGetValue(place, out var tool))
            tools[place] = tool = new Tool();
        tool.Id ??= Text(call["id"]);
        var function = call["function"] as JsonObject;
        tool.Name ??= Text(function?["name"]);
        tool.Arguments.Append(Text(function?["arguments"]));
    }

    private static bool IsFirst(JsonObject choice) => choice["index"] is not JsonValue index || !index.TryGetValue<int>(out var at) || at == 0;

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private sealed class Tool
    {
        internal string? Id { get; set; }
        internal string? Name { get; set; }
        internal StringBuilder Arguments { get; } = new();

        internal JsonObject ToJson() => new JsonObject
        {
            ["id"] = Id, ["type"] = "function", ["function"] = new JsonObject { ["name"] = Name, ["arguments"] = Arguments.ToString() },
        };
    }
}
