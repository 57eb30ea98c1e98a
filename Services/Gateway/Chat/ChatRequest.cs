using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace LlmOps.Gateway;

/// <summary>A chat completion as the caller asked for it. Fields nobody here knows stay in the body and pass through.</summary>
/// <param name="Model">The route that the caller named.</param>
/// <param name="Variables">Values for the bundle's template.</param>
/// <param name="Unit">The subject that sticks to an arm: <c>metadata.unit</c>, else <c>user</c>. A blank one is none: its callers would share an arm.</param>
/// <param name="Tags">The rest of <c>metadata</c>, for the record; null where there is none.</param>
/// <param name="IncludeUsage">The caller wants the usage chunk at the end of a stream.</param>
public sealed record ChatRequest(
    JsonObject Body, string Model, IReadOnlyList<JsonObject> Messages, IReadOnlyDictionary<string, string> Variables, string? Unit, bool Stream, bool IncludeUsage,
    IReadOnlyDictionary<string, string>? Tags)
{
    public const int MostBytes = 10 * 1024 * 1024;

    private const int MostOfAName = 200; // a pinned call is recorded under the name it came with, and Postgres takes no NUL
    private const int MostTags = 16; // these three are OpenAI's own
    private const int MostOfATagsName = 64;
    private const int MostOfATag = 512;
    private static readonly Refusal TooLarge = Refusal.Invalid("body-too-large", $"The body has more than {MostBytes / 1024 / 1024} MiB. Send less.");
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Where the last message of the user stands; -1 where there is none.</summary>
    public int LastUser { get; } = Messages.ToList().FindLastIndex(message => message.TextAt("role") == "user");

    /// <summary>What the user last said.</summary>
    public string? LastUserText => LastUser < 0 ? null : TextOf(Messages[LastUser]["content"]);

    /// <summary>The JSON object of a body, or what is wrong with it.</summary>
    public static async Task<Result<JsonObject>> ReadBody(PipeReader body, CancellationToken ct)
    {
        try
        {
            return await Whole(body, ct);
        }
        catch (BadHttpRequestException e) // the server's own limits, and a body that is not framed as it says
        {
            return e.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge : Refusal.Invalid("body-unreadable", $"The body cannot be read: {e.Message}");
        }
    }

    private static async Task<Result<JsonObject>> Whole(PipeReader body, CancellationToken ct)
    {
        while (true)
        {
            var read = await body.ReadAsync(ct);
            if (read.Buffer.Length > MostBytes)
                return TooLarge;
            if (read.IsCompleted)
            {
                var result = Parse(read.Buffer.IsSingleSegment ? read.Buffer.FirstSpan : read.Buffer.ToArray());
                body.AdvanceTo(read.Buffer.End);
                return result;
            }
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    public static Result<ChatRequest> Read(JsonObject body)
    {
        if (body.TextAt("model") is not { Length: > 0 and <= MostOfAName } model || model.Contains('\0'))
            return Refusal.Invalid("model-missing", $"The field model is missing, no text, longer than {MostOfAName} characters, or has a NUL character in it. Name a route: GET /v1/models lists them.");
        if (body["prompt_variables"] is { } given and not JsonObject)
            return Refusal.Invalid("variables-unreadable", $"prompt_variables is {Kind(given)}. Send an object of names and texts.");

        var variables = new Dictionary<string, string>();
        foreach (var (name, value) in body["prompt_variables"] as JsonObject ?? [])
        {
            if (value.Text() is not { } text)
                return Refusal.Invalid("variables-unreadable", $"prompt_variables.{name} is {Kind(value)}. Send a text.");
            variables[name] = text;
        }

        if (body["messages"] is not (null or JsonArray) || (body["messages"] is not JsonArray { Count: > 0 } && variables.Count == 0))
            return Refusal.Invalid("messages-missing", "messages is missing or empty. Send at least one: {\"role\": \"user\", \"content\": \"…\"}.");
        var messages = (body["messages"] as JsonArray ?? []).Select(message => message as JsonObject).ToList();
        if (messages.FindIndex(message => message?.TextAt("role") is null) is var bad and >= 0)
            return Refusal.Invalid("messages-unreadable", $"messages[{bad}] is no object with a role. Give it one of system, developer, user, assistant, tool.");

        var metadata = Metadata(body["metadata"]);
        if (metadata.Refused)
            return metadata.Refusal;
        var tags = metadata.Value.Where(tag => tag.Key != "unit").ToDictionary();

        return new ChatRequest(
            body, model, messages!, variables, Subject(metadata.Value.GetValueOrDefault("unit")) ?? Subject(body.TextAt("user")),
            body["stream"]?.GetValueKind() == JsonValueKind.True,
            (body["stream_options"] as JsonObject)?["include_usage"]?.GetValueKind() == JsonValueKind.True, tags.Count > 0 ? tags : null);
    }

    private static Result<Dictionary<string, string>> Metadata(JsonNode? given)
    {
        if (given is not (null or JsonObject { Count: <= MostTags }))
            return Refusal.Invalid("metadata-unreadable", $"metadata is {(given is JsonObject more ? $"{more.Count} pairs" : Kind(given))}. Send an object of at most {MostTags} names and texts.");

        var pairs = new Dictionary<string, string>();
        foreach (var (name, value) in given as JsonObject ?? [])
        {
            if (value.Text() is not { Length: <= MostOfATag } text || name.Length > MostOfATagsName || name.Contains('\0') || text.Contains('\0'))
                return Refusal.Invalid("metadata-unreadable", $"metadata has a name of more than {MostOfATagsName} characters, a value that is no text of at most {MostOfATag}, or a NUL character. Shorten it, or leave it out.");
            pairs[name] = text;
        }
        return pairs;
    }

    private static string? Subject(string? given) => string.IsNullOrWhiteSpace(given) ? null : given;

    /// <summary>Content is a string or a list of parts, of which the text parts are read.</summary>
    public static string TextOf(JsonNode? content) => content switch
    {
        JsonArray parts => string.Join('\n', parts.OfType<JsonObject>().Select(part => part.TextAt("text")).OfType<string>()),
        JsonValue value => value.Text() ?? "",
        _ => "",
    };

    private static Result<JsonObject> Parse(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body))
            return Refusal.Invalid("body-unreadable", "The body is not UTF-8.");
        try
        {
            if (JsonNode.Parse(body, documentOptions: Strict) is not JsonObject parsed)
                return Refusal.Invalid("body-unreadable", "The body is JSON, but not an object. Send {\"model\": …, \"messages\": […]}.");
            return HasLoneSurrogate(body) ? Refusal.Invalid("body-unreadable", "A text in the body has half a surrogate pair. Send whole characters.") : parsed;
        }
        catch (JsonException e)
        {
            return Refusal.Invalid("body-unreadable", $"The body is not JSON: {e.Message}");
        }
    }

    /// <summary>An escaped half of a pair passes the parser and fails whoever reads the text.</summary>
    private static bool HasLoneSurrogate(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\\u"u8) < 0)
            return false;
        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
                if (reader.ValueIsEscaped)
                    reader.GetString();
            }
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    private static string Kind(JsonNode? node) => node is null ? "null" : node.GetValueKind().ToString().ToLowerInvariant();
}

internal static class JsonText
{
    /// <summary>The text of a string value, null for everything else.</summary>
    public static string? Text(this JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public static string? TextAt(this JsonObject of, string name) => of[name].Text();
}
