using System.Text;
using System.Text.Json;

namespace LlmOps.Evaluation;

/// <summary>1 where the answer is JSON (RFC 8259, no name twice in one object) and meets the schema where there is one; else 0. With <c>extract</c> the JSON may stand inside other text:
/// the first object or array that parses counts.</summary>
internal sealed class JsonScorer : Scorer
{
    private const int MostOpenings = 20;
    private const int MostViolationsTold = 3;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = JsonSchema.MaxDepth };

    private readonly JsonSchema? schema;

    private JsonScorer(SuiteScorer settings, JsonSchema? schema)
        : base(settings, threshold: 1) => this.schema = schema;

    internal static new Result<Scorer> Create(SuiteScorer settings)
    {
        if (settings.Schema is null)
        {
            return settings.Type == "json_schema"
                ? new SettingRefusal("type", "scorer-incomplete", $"The json_schema scorer \"{settings.Name}\" needs schema, a JSON Schema.")
                : new JsonScorer(settings, null);
        }
        var parsed = JsonSchema.Parse(settings.Schema);
        return parsed.Refused
            ? new SettingRefusal("schema", parsed.Refusal.Code, $"The schema of \"{settings.Name}\" is not usable. {parsed.Refusal.Detail}")
            : new JsonScorer(settings, parsed.Value);
    }

    public override Score Score(ScoredCase answered)
    {
        using var json = Settings.Extract == true ? Inside(answered.Output) : Whole(answered.Output);
        if (json is null)
            return Evaluation.Score.Of(0, Threshold, Settings.Extract == true ? "holds no JSON object or array" : "is no JSON");
        var violations = schema?.Validate(json.RootElement) ?? [];
        return violations.Count == 0
            ? Evaluation.Score.Of(1, Threshold, schema is null ? "is JSON" : "meets the schema")
            : Evaluation.Score.Of(0, Threshold, string.Join(" ", violations.Take(MostViolationsTold).Select(violation => $"{(violation.Pointer.Length == 0 ? "/" : violation.Pointer)}: {violation.Message}")));
    }

    private static JsonDocument? Whole(string text)
    {
        try
        {
            return JsonDocument.Parse(NormalText.Whole(text), Strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonDocument? Inside(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var at = -1;
        for (var opening = 0; opening < MostOpenings; opening++)
        {
            var next = bytes.AsSpan(at + 1).IndexOfAny((byte)'{', (byte)'[');
            if (next < 0)
                return null;
            at += 1 + next;
            if (Value(bytes, at) is { } value && Whole(value) is { } json)
                return json;
        }
        return null;
    }

    /// <summary>The text of one value that starts there, whatever follows it.</summary>
    private static string? Value(byte[] bytes, int at)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes.AsSpan(at), new JsonReaderOptions { MaxDepth = JsonSchema.MaxDepth });
            return reader.Read() && reader.TrySkip() ? Encoding.UTF8.GetString(bytes, at, (int)reader.BytesConsumed) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
