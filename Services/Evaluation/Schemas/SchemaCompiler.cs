using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>Turns a schema document into nodes: first finds every identifier and anchor, then resolves references among them. Nothing is fetched.</summary>
internal sealed class SchemaCompiler(bool assertFormats)
{
    private const string Draft = "https://json-schema.org/draft/2020-12/schema";

    private readonly Dictionary<JsonNode, SchemaNode> nodes = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<JsonNode> unfilled = [];
    private SchemaPlaces places = null!;

    internal SchemaNode Compile(JsonNode? schema)
    {
        if (schema is null)
            throw new SchemaRefused("", "must be an object, true or false, not null.");
        places = new SchemaPlaces(schema);
        foreach (var (anchor, resource, node) in places.DynamicAnchors)
            resource.DynamicAnchors[anchor] = Node(node);
        var root = Node(schema);
        // A queue and no recursion: a chain of references may be as long as the document.
        while (unfilled.TryDequeue(out var json))
            Fill(json, nodes[json]);
        return root;
    }

    private SchemaNode Node(JsonNode json)
    {
        if (nodes.TryGetValue(json, out var known))
            return known;
        var node = nodes[json] = new SchemaNode(places.Of(json).Resource);
        unfilled.Enqueue(json);
        return node;
    }

    private void Fill(JsonNode json, SchemaNode node)
    {
        if (json is JsonObject schema)
            node.Become(Keywords(new SchemaReader(schema, places.Of(json).Pointer)));
        else
            node.Become(json.GetValueKind() == JsonValueKind.True);
    }

    private IEnumerable<SchemaKeyword> Keywords(SchemaReader schema)
    {
        if (schema.Text("$schema") is { } draft && draft.TrimEnd('#') != Draft)
            throw schema.Refused("$schema", $"is written in {draft}; only {Draft} is understood. Change it, and with it what the drafts do differently (a list under items is prefixItems now).");
        if (schema.Text("$ref") is { } reference)
            yield return new RefKeyword(Node(places.Resolve(schema, "$ref", reference)));
        if (schema.Text("$dynamicRef") is { } dynamic)
            yield return Dynamic(schema, dynamic);
        foreach (var keyword in OfAnyValue(schema).Concat(OfNumbers(schema)).Concat(OfTexts(schema)).Concat(OfObjects(schema)).Concat(OfArrays(schema)).Concat(InPlace(schema)))
            yield return keyword;
    }

    /// <summary>A dynamic reference is one only where its plain target is a dynamic anchor of that name.</summary>
    private SchemaKeyword Dynamic(SchemaReader schema, string reference)
    {
        var json = places.Resolve(schema, "$dynamicRef", reference);
        var anchor = reference[(reference.IndexOf('#', StringComparison.Ordinal) + 1)..];
        return (json as JsonObject)?["$dynamicAnchor"]?.GetValue<string>() == anchor && anchor.Length > 0
            ? new DynamicRefKeyword(Node(json), anchor)
            : new RefKeyword(Node(json));
    }

    private static IEnumerable<SchemaKeyword> OfAnyValue(SchemaReader schema)
    {
        if (schema.Has("type"))
            yield return new TypeKeyword(schema.Types());
        if (schema.Has("const"))
            yield return new OneOfValuesKeyword("const", [schema.Value("const")]);
        if (schema.Has("enum"))
            yield return new OneOfValuesKeyword("enum", schema.Values("enum"));
    }

    private static IEnumerable<SchemaKeyword> OfNumbers(SchemaReader schema)
    {
        foreach (var bound in new[] { "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum" })
        {
            if (schema.Number(bound) is { } number)
                yield return new BoundKeyword(bound, number);
        }
        if (schema.Number("multipleOf") is { } factor)
            yield return factor.Digits.Sign > 0 ? new MultipleOfKeyword(factor) : throw schema.Refused("multipleOf", "must be more than 0.");
    }

    private IEnumerable<SchemaKeyword> OfTexts(SchemaReader schema)
    {
        if (schema.Count("minLength") is var min && schema.Count("maxLength") is var max && (min ?? max) is not null)
            yield return new LengthKeyword(min ?? 0, max ?? int.MaxValue);
        if (schema.Text("pattern") is { } pattern)
            yield return new PatternKeyword(pattern, schema.Pattern("pattern", pattern));
        if (assertFormats && schema.Text("format") is { } format && Formats.Find(format) is { } fits)
            yield return new FormatKeyword(format, fits);
    }

    private IEnumerable<SchemaKeyword> OfObjects(SchemaReader schema)
    {
        if (schema.Has("required"))
            yield return new RequiredKeyword(schema.Names("required"));
        if (schema.Count("minProperties") is var min && schema.Count("maxProperties") is var max && (min ?? max) is not null)
            yield return new PropertyCountKeyword(min ?? 0, max ?? int.MaxValue);
        if (schema.Has("dependentRequired"))
            yield return new DependentRequiredKeyword(schema.NameLists("dependentRequired"));
        if (schema.Has("properties") || schema.Has("patternProperties") || schema.Has("additionalProperties"))
        {
            yield return new PropertiesKeyword(
                Map(schema, "properties"),
                [.. Map(schema, "patternProperties").Select(pair => (schema.Pattern("patternProperties", pair.Key), pair.Value))],
                One(schema, "additionalProperties"));
        }
        if (One(schema, "propertyNames") is { } names)
            yield return new PropertyNamesKeyword(names);
        if (schema.Has("dependentSchemas"))
            yield return new DependentSchemasKeyword(Map(schema, "dependentSchemas"));
        if (schema.Json["dependencies"] is JsonObject older) // of drafts before 2019-09; to pass over it would be to pass what it forbids
        {
            yield return new DependentRequiredKeyword(schema.NameLists("dependencies", only: JsonValueKind.Array));
            yield return new DependentSchemasKeyword(older.Where(pair => pair.Value is not JsonArray).ToDictionary(pair => pair.Key, pair => Node(pair.Value!)));
        }
        if (One(schema, "unevaluatedProperties") is { } rest)
            yield return new UnevaluatedPropertiesKeyword(rest);
    }

    private IEnumerable<SchemaKeyword> OfArrays(SchemaReader schema)
    {
        if (schema.Count("minItems") is var min && schema.Count("maxItems") is var max && (min ?? max) is not null)
            yield return new ItemCountKeyword(min ?? 0, max ?? int.MaxValue);
        if (schema.Flag("uniqueItems"))
            yield return new UniqueItemsKeyword();
        if (schema.Has("prefixItems") || schema.Has("items"))
            yield return new ItemsKeyword(List(schema, "prefixItems"), One(schema, "items"));
        if (One(schema, "contains") is { } contained)
            yield return new ContainsKeyword(contained, schema.Count("minContains") ?? 1, schema.Count("maxContains") ?? int.MaxValue);
        if (One(schema, "unevaluatedItems") is { } rest)
            yield return new UnevaluatedItemsKeyword(rest);
    }

    private IEnumerable<SchemaKeyword> InPlace(SchemaReader schema)
    {
        if (schema.Has("allOf"))
            yield return new AllOfKeyword(List(schema, "allOf"));
        if (schema.Has("anyOf"))
            yield return new AnyOfKeyword(List(schema, "anyOf"));
        if (schema.Has("oneOf"))
            yield return new OneOfKeyword(List(schema, "oneOf"));
        if (One(schema, "not") is { } not)
            yield return new NotKeyword(not);
        if (One(schema, "if") is { } condition)
            yield return new IfKeyword(condition, One(schema, "then"), One(schema, "else"));
    }

    private SchemaNode? One(SchemaReader schema, string keyword) => schema.Has(keyword) ? Node(schema.Json[keyword]!) : null;

    private IReadOnlyList<SchemaNode> List(SchemaReader schema, string keyword) =>
        schema.Json[keyword] is JsonArray list ? [.. list.Select(item => Node(item!))] : [];

    private Dictionary<string, SchemaNode> Map(SchemaReader schema, string keyword) =>
        schema.Json[keyword] is JsonObject map ? map.ToDictionary(pair => pair.Key, pair => Node(pair.Value!)) : [];
}

/// <summary>Reads the values of one schema's keywords. What has the wrong shape is refused by its pointer.</summary>
internal sealed class SchemaReader(JsonObject json, string pointer)
{
    private static readonly JsonSerializerOptions Deep = new() { MaxDepth = JsonSchema.MaxDepth + 1 };

    internal JsonObject Json => json;

    internal string Pointer => pointer;

    internal SchemaRefused Refused(string keyword, string message) => new($"{pointer}/{keyword}", message);

    internal bool Has(string keyword) => json.ContainsKey(keyword);

    internal JsonElement Value(string keyword) => JsonSerializer.SerializeToElement(json[keyword], Deep);

    internal IReadOnlyList<JsonElement> Values(string keyword) => json[keyword] is JsonArray list
        ? [.. list.Select(item => JsonSerializer.SerializeToElement(item, Deep))]
        : throw Refused(keyword, "must be a list of values.");

    internal string? Text(string keyword) => !Has(keyword) ? null
        : json[keyword]?.GetValueKind() == JsonValueKind.String ? json[keyword]!.GetValue<string>()
        : throw Refused(keyword, "must be text.");

    internal bool Flag(string keyword) => Has(keyword) && (json[keyword]?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Refused(keyword, "must be true or false."),
    });

    internal JsonNumber? Number(string keyword)
    {
        if (!Has(keyword))
            return null;
        return json[keyword]?.GetValueKind() == JsonValueKind.Number && JsonNumber.Of(Value(keyword)) is { } number
            ? number
            : throw Refused(keyword, "must be a number of at most 1,000 digits.");
    }

    /// <summary>A whole number of at least 0; what is beyond an int is as good as no limit.</summary>
    internal int? Count(string keyword) => Number(keyword) switch
    {
        null => null,
        { Whole: true, Digits.Sign: >= 0 } number => (int)Math.Min(int.MaxValue, number.Exponent > 10 ? double.MaxValue : (double)number.Digits * Math.Pow(10, number.Exponent)),
        _ => throw Refused(keyword, "must be a whole number of at least 0."),
    };

    internal IReadOnlyList<string> Names(string keyword) => NamesOf(json[keyword]) ?? throw Refused(keyword, "must be a list of property names, each once.");

    internal Dictionary<string, List<string>> NameLists(string keyword, JsonValueKind? only = null) => json[keyword] is JsonObject map
        ? map.Where(pair => only is null || pair.Value?.GetValueKind() == only).ToDictionary(pair => pair.Key, pair => NamesOf(pair.Value) ?? throw Refused(keyword, $"must hold a list of property names for \"{pair.Key}\"."))
        : throw Refused(keyword, "must be a map from a property to the names that go with it.");

    internal IReadOnlyList<string> Types()
    {
        var types = json["type"] is JsonArray list ? NamesOf(list) : json["type"]?.GetValueKind() == JsonValueKind.String ? [json["type"]!.GetValue<string>()] : null;
        return types is { Count: > 0 } && types.All(TypeKeyword.Known.Contains)
            ? types
            : throw Refused("type", $"must be one of {string.Join(", ", TypeKeyword.Known)}, or a list of them.");
    }

    /// <summary>An ECMA-262 pattern that runs in linear time.</summary>
    internal Regex Pattern(string keyword, string pattern) => EcmaPattern.Parse(pattern) is { } regex
        ? regex
        : throw Refused(keyword, string.Create(CultureInfo.InvariantCulture, $"has the pattern {pattern}, which cannot run in linear time or is no pattern. Write it without look-around, back-references and counts above some hundreds."));

    private static List<string>? NamesOf(JsonNode? node) =>
        node is JsonArray list && list.All(item => item?.GetValueKind() == JsonValueKind.String) && list.Select(item => item!.GetValue<string>()).ToList() is var names && names.Distinct().Count() == names.Count
            ? names
            : null;
}
