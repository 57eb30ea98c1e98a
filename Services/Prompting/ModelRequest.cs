using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Prompting;

/// <summary>What a prompt file puts into the request for its model, in OpenAI's form. The gateway and an evaluation without a server ask alike by it.</summary>
public static class ModelRequest
{
    public const string CompletionLimit = "max_completion_tokens";
    public const string OldLimit = "max_tokens";

    /// <summary>The request of a prompt whose variables are all given, without messages of a caller.</summary>
    public static JsonObject Of(PromptFile prompt, string promptName, ModelPin model, RenderedPrompt rendered)
    {
        var messages = new JsonArray();
        if (rendered.System.Length > 0)
            messages.Add(new JsonObject { ["role"] = "system", ["content"] = rendered.System });
        if (rendered.User is { } user)
            messages.Add(new JsonObject { ["role"] = "user", ["content"] = user });
        var request = new JsonObject { ["model"] = model.WireName(), ["messages"] = messages };
        SetParameters(request, prompt, promptName, model.LimitName());
        return request;
    }

    /// <summary>The input that a caller's last message fills: the first required untrusted one, else the first required one, else the first. Null where the template has none.</summary>
    public static string? MessageInput(PromptFile prompt)
    {
        var variables = Rendering.Variables(prompt);
        return variables.FirstOrDefault(variable => variable.Value && prompt.Inputs?.GetValueOrDefault(variable.Key)?.Untrusted == true).Key
            ?? variables.FirstOrDefault(variable => variable.Value).Key
            ?? variables.FirstOrDefault().Key;
    }

    /// <summary>What passages are looked up by where every variable is given by name.</summary>
    public static string Question(PromptFile prompt, IReadOnlyDictionary<string, string> variables) =>
        (MessageInput(prompt) is { } input ? variables.GetValueOrDefault(input) : null) ?? string.Join('\n', variables.Values);

    /// <summary>Temperature, limit, tools and response schema, in place of any that stand there.</summary>
    public static void SetParameters(JsonObject request, PromptFile prompt, string promptName, string limitName)
    {
        if (prompt.Temperature is { } temperature)
            request["temperature"] = temperature;
        if (prompt.MaxTokens is { } most)
        {
            request.Remove(OldLimit);
            request.Remove(CompletionLimit);
            request[limitName] = most;
        }
        if (prompt.Tools.Count > 0)
            request["tools"] = new JsonArray([.. prompt.Tools.Select(tool => (JsonNode)Tool(tool))]);
        if (prompt.ResponseSchema is { } schema)
        {
            request["response_format"] = new JsonObject
            {
                ["type"] = "json_schema",
                ["json_schema"] = new JsonObject { ["name"] = promptName, ["schema"] = JsonSerializer.SerializeToNode(schema), ["strict"] = true },
            };
        }
    }

    private static JsonObject Tool(PromptTool tool) => new JsonObject
    {
        ["type"] = "function",
        ["function"] = new JsonObject
        {
            ["name"] = tool.Name,
            ["description"] = tool.Description,
            ["parameters"] = tool.Parameters is { } parameters ? JsonSerializer.SerializeToNode(parameters) : new JsonObject { ["type"] = "object", ["properties"] = new JsonObject() },
        },
    };
}
