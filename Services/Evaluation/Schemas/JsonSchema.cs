using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>A JSON Schema of draft 2020-12, compiled once and safe to share between threads.
/// Nothing is fetched: a reference that leaves the document is refused. Patterns run in linear time.</summary>
public sealed class JsonSchema
{
    /// <summary>Levels of nesting a schema or a value may have.</summary>
    public const int MaxDepth = 512;

    private readonly SchemaNode root;

    private JsonSchema(SchemaNode root) => this.root = root;

    /// <param name="assertFormats">False leaves <c>format</c> an annotation, as the draft's default has it; true checks the formats that are known.</param>
    /// <returns>The refusal's code is <c>bad-schema</c> and its detail names the JSON pointer of what is wrong.</returns>
    public static Result<JsonSchema> Parse(JsonNode? schema, bool assertFormats = false)
    {
        try
        {
            return new JsonSchema(new SchemaCompiler(assertFormats).Compile(schema));
        }
        catch (SchemaRefused refused)
        {
            return Refusal.Invalid("bad-schema", $"{(refused.Pointer.Length == 0 ? "The schema" : $"At {refused.Pointer} the schema")} {refused.Message}");
        }
    }

    /// <inheritdoc cref="Parse(JsonNode, bool)"/>
    public static Result<JsonSchema> Parse(string json, bool assertFormats = false)
    {
        try
        {
            return Parse(JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false }), assertFormats);
        }
        catch (JsonException broken)
        {
            return Refusal.Invalid("bad-schema", $"The schema is no JSON: {broken.Message} Correct it there.");
        }
    }

    public bool IsValid(JsonElement value)
    {
        var run = new SchemaRun(violations: null);
        return root.Check(value, run, seen: null) && run.Exceeded is null;
    }

    /// <summary>Everything wrong with a value, at most <see cref="SchemaRun.MaxViolations"/> violations; empty where it is valid.</summary>
    public IReadOnlyList<SchemaViolation> Validate(JsonElement value)
    {
        // Most values are valid, and finding that out needs no pointers.
        var run = new SchemaRun(violations: null);
        var fits = root.Check(value, run, seen: null);
        if (run.Exceeded is { } limit)
            return [limit];
        var violations = new List<SchemaViolation>();
        if (!fits)
            root.Check(value, run = new SchemaRun(violations), seen: null);
        return run.Exceeded is { } late ? [.. violations, late] : violations;
    }

    /// <inheritdoc cref="Validate(JsonElement)"/>
    public IReadOnlyList<SchemaViolation> Validate(JsonNode? value)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { MaxDepth = MaxDepth, SkipValidation = false }))
        {
            try
            {
                if (value is null)
                    writer.WriteNullValue();
                else
                    value.WriteTo(writer);
            }
            catch (InvalidOperationException)
            {
                return [SchemaRun.TooDeep("")];
            }
        }
        using var document = JsonDocument.Parse(bytes.WrittenMemory, new JsonDocumentOptions { MaxDepth = MaxDepth + 1 });
        return Validate(document.RootElement);
    }
}

/// <param name="Pointer">JSON pointer (RFC 6901) into the value; empty for the value itself.</param>
/// <param name="Keyword">The schema's word that was not met, such as <c>required</c>; <c>depth</c> or <c>work</c> where a limit of this validator was.</param>
/// <param name="Message">For people: what the value is, and what it must be.</param>
public sealed record SchemaViolation(string Pointer, string Keyword, string Message);
