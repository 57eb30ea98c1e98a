using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LlmOps.Inference;

/// <summary>One numbered piece of the context block.</summary>
internal sealed record Passage(int Number, string Document, string Text);

/// <summary>A chat request as an embedded model reads it.</summary>
/// <param name="System">The system and developer messages, without the context block: the only place instructions are taken from.</param>
/// <param name="Question">The last user message, without the context block.</param>
internal sealed partial record Conversation(
    string System, string Question, IReadOnlyList<Passage> Context, int? MaxTokens, IReadOnlyList<string> Stop, long PromptTokens)
{
    public static Result<Conversation> Read(JsonObject request)
    {
        if (request["messages"] is not JsonArray { Count: > 0 } messages)
            return Refusal.Invalid("messages-missing", "The request has no messages. Send at least one: {\"role\": \"user\", \"content\": \"…\"}.");
        if (Whole(request["n"]) is { } n and not 1)
            return Refusal.Invalid("unsupported-n", $"Embedded models give one choice, not {n}. Leave n out.");
        if (request["response_format"]?["type"]?.ToString() is { } format and not "text")
            return Refusal.Invalid("unsupported-response-format", $"Embedded models write plain text, not {format}. Leave response_format out, or take another model.");
        var most = Whole(request["max_completion_tokens"]) ?? Whole(request["max_tokens"]);
        if (most < 1)
            return Refusal.Invalid("max-tokens-invalid", $"max_tokens is {most}; it must be at least 1.");

        var texts = messages.Select(message => (Role: message?["role"]?.ToString(), Text: Text(message?["content"]))).ToList();
        if (texts.FindIndex(text => text.Role is null) is var bad and >= 0)
            return Refusal.Invalid("role-missing", $"messages[{bad}] has no role. Give it one of system, developer, user, assistant, tool.");

        return new Conversation(
            System: string.Join('\n', texts.Where(text => text.Role is "system" or "developer").Select(text => Block().Replace(text.Text, ""))).Trim(),
            Question: Label().Replace(Block().Replace(texts.LastOrDefault(text => text.Role == "user").Text ?? "", "").Trim(), ""),
            Context: [.. texts.SelectMany(text => Block().Matches(text.Text)).SelectMany(block => Passages(block.Groups["body"].Value))],
            MaxTokens: most,
            Stop: [.. (request["stop"] as JsonArray ?? [request["stop"]?.DeepClone()]).Select(stop => stop?.ToString()).OfType<string>().Where(stop => stop.Length > 0)],
            PromptTokens: texts.Sum(text => EmbeddedTokens.Count(text.Text)));
    }

    private static int? Whole(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number && int.TryParse(node.ToJsonString(), CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>Content is a string or a list of parts, of which the text parts are read.</summary>
    private static string Text(JsonNode? content) => content switch
    {
        JsonArray parts => string.Join('\n', parts.Select(part => part?["text"]?.ToString()).OfType<string>()),
        JsonValue value => value.ToString(),
        _ => "",
    };

    private static IEnumerable<Passage> Passages(string body)
    {
        var heads = Head().Matches(body);
        for (var i = 0; i < heads.Count; i++)
        {
            var start = heads[i].Index + heads[i].Length;
            var end = i + 1 < heads.Count ? heads[i + 1].Index : body.Length;
            yield return new Passage(int.Parse(heads[i].Groups["n"].Value, CultureInfo.InvariantCulture), heads[i].Groups["id"].Value.Trim(), body[start..end].Trim());
        }
    }

    [GeneratedRegex(@"<context>(?<body>.*?)</context>", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\[(?<n>\d{1,6})\][ \t]*document:(?<id>[^\r\n]*)", RegexOptions.Multiline)]
    private static partial Regex Head();

    /// <summary>"Question:", "The guest writes:" and the like, which templates put before what the user wrote.</summary>
    [GeneratedRegex(@"\A[ \t]*(?:\p{L}+[ \t]+){0,3}(?:question|message|request|asks?|writes?|says|input|user|guest|customer)[ \t]*:\s*", RegexOptions.IgnoreCase)]
    private static partial Regex Label();
}
