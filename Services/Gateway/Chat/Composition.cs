using System.Text.Json.Nodes;
using LlmOps.Prompting;

namespace LlmOps.Gateway;

/// <summary>Makes the request for the model out of a bundle, what the caller asked and what retrieval found.
/// The bundle's system prompt comes first and alone instructs: a caller's system and developer messages are kept as user text.
/// The caller's last user message gives way to the rendered template, whose message input it fills unless prompt_variables does; other messages stay where they are.
/// Parameters and tools of the bundle win over the caller's; everything else the caller sent passes through.</summary>
public static class Composition
{
    private static readonly string[] Ours = ["model", "messages", "prompt_variables", "metadata", "stream", "stream_options"];
    private static readonly string[] ToolFields = ["tools", "tool_choice", "parallel_tool_calls", "functions", "function_call", "web_search_options"];

    /// <summary>What the passages are looked up by: the value of the bundle's message input, which is what the user said unless given by name.</summary>
    public static string Question(ServedBundle bundle, ChatRequest chat) =>
        (bundle.MessageInput is { } input ? chat.Variables.GetValueOrDefault(input) : null)
        ?? chat.LastUserText
        ?? string.Join('\n', chat.Variables.Values);

    /// <param name="tools">False for a shadow, which may not act.</param>
    public static Result<JsonObject> Compose(ServedBundle bundle, ChatRequest chat, IReadOnlyList<ContextPassage> passages, bool tools)
    {
        var rendered = Rendering.Render(bundle.Prompt, Values(bundle, chat), passages);
        if (rendered.Refused)
            return rendered.Refusal;

        var request = new JsonObject { ["model"] = bundle.Manifest.Model.WireName(), ["messages"] = Messages(rendered.Value, chat) };
        foreach (var (name, value) in chat.Body)
        {
            if (!Ours.Contains(name))
                request[name] = value?.DeepClone();
        }
        var pinned = bundle.Prompt with { Temperature = bundle.Manifest.Temperature, MaxTokens = bundle.Manifest.MaxTokens };
        ModelRequest.SetParameters(request, pinned, bundle.Manifest.Prompt.Name, LimitName(bundle.Manifest.Model, chat.Body));
        if (!tools)
        {
            foreach (var name in ToolFields)
                request.Remove(name);
        }
        return request;
    }

    private static IReadOnlyDictionary<string, string> Values(ServedBundle bundle, ChatRequest chat) =>
        bundle.MessageInput is { } input && !chat.Variables.ContainsKey(input) && chat.LastUserText is { } text
            ? new Dictionary<string, string>(chat.Variables) { [input] = text }
            : chat.Variables;

    private static JsonArray Messages(RenderedPrompt rendered, ChatRequest chat)
    {
        var messages = new JsonArray();
        if (rendered.System.Length > 0)
            messages.Add(new JsonObject { ["role"] = "system", ["content"] = rendered.System });
        for (var i = 0; i < chat.Messages.Count; i++)
        {
            var message = (JsonObject)chat.Messages[i].DeepClone();
            if (message.TextAt("role") is "system" or "developer")
                message["role"] = "user";
            if (i == chat.LastUser && rendered.User is { } user)
                message["content"] = message["content"] is JsonArray parts ? WithText(parts, user) : user;
            messages.Add(message);
        }
        if (chat.LastUser < 0 && rendered.User is { } alone)
            messages.Add(new JsonObject { ["role"] = "user", ["content"] = alone });
        return messages;
    }

    /// <summary>The rendered text in place of the text parts; pictures and the like stay.</summary>
    private static JsonArray WithText(JsonArray parts, string text) =>
        [new JsonObject { ["type"] = "text", ["text"] = text }, .. parts.Where(part => part is JsonObject other && other.TextAt("type") != "text").Select(part => part!.DeepClone())];

    /// <summary>The field that carries the bundle's limit: the one that the caller used, where the model is not embedded.</summary>
    private static string LimitName(ModelPin model, JsonObject body) =>
        model.Provider != "embedded" && body.ContainsKey(ModelRequest.CompletionLimit) ? ModelRequest.CompletionLimit
        : body.ContainsKey(ModelRequest.OldLimit) ? ModelRequest.OldLimit
        : model.LimitName();
}
