using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>Where each schema of a document stands: its pointer, the resource it belongs to, and what a reference from there means.</summary>
internal sealed class SchemaPlaces
{
    private static readonly Uri Nowhere = new("https://schema.invalid/");
    private static readonly string[] Single =
        ["not", "if", "then", "else", "items", "contains", "additionalProperties", "propertyNames", "unevaluatedItems", "unevaluatedProperties", "contentSchema"];
    private static readonly string[] Lists = ["allOf", "anyOf", "oneOf", "prefixItems"];
    private static readonly string[] Maps = ["properties", "patternProperties", "dependentSchemas", "$defs", "definitions"];

    private readonly Dictionary<JsonNode, Place> places = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, SchemaResource> resources = [];
    private readonly Stack<(JsonNode? Node, SchemaResource Resource, string Pointer, int Depth)> left = [];

    internal SchemaPlaces(JsonNode root)
    {
        var whole = new SchemaResource(Nowhere, root);
        resources[Nowhere.AbsoluteUri] = whole;
        Scan(root, whole, "", depth: 0);
    }

    internal List<(string Anchor, SchemaResource Resource, JsonNode Node)> DynamicAnchors { get; } = [];

    internal Place Of(JsonNode node)
    {
        if (places.TryGetValue(node, out var place))
            return place;
        // A reference may point into a word the draft does not know; what stands there is a schema of the one around it.
        var around = node.Parent;
        while (around is not null && !places.ContainsKey(around))
            around = around.Parent;
        Scan(node, around is null ? resources[Nowhere.AbsoluteUri] : places[around].Resource, node.GetPath(), depth: 0);
        return places[node];
    }

    internal JsonNode Resolve(SchemaReader from, string keyword, string reference)
    {
        var hash = reference.IndexOf('#', StringComparison.Ordinal);
        var (file, fragment) = hash < 0 ? (reference, "") : (reference[..hash], Uri.UnescapeDataString(reference[(hash + 1)..]));
        var home = places[from.Json].Resource;
        var resource = file.Length == 0 ? home : UriOf(home.Id, file) is { } uri ? resources.GetValueOrDefault(uri.AbsoluteUri) : null;
        if (resource is null)
            throw from.Refused(keyword, $"refers to {reference}, which is not in this document. Nothing is fetched: copy that schema under $defs and refer to it there.");
        var target = fragment.Length == 0 ? resource.Root : fragment[0] == '/' ? Walk(resource.Root, fragment) : resource.Anchors.GetValueOrDefault(fragment);
        return target switch
        {
            JsonObject => target,
            JsonValue when target.GetValueKind() is JsonValueKind.True or JsonValueKind.False => target,
            _ => throw from.Refused(keyword, $"refers to {reference}, and there is no schema there. Correct the reference."),
        };
    }

    private void Scan(JsonNode root, SchemaResource resource, string pointer, int depth)
    {
        left.Push((root, resource, pointer, depth));
        while (left.TryPop(out var next))
        {
            if (next.Depth > JsonSchema.MaxDepth)
                throw new SchemaRefused(next.Pointer, $"is nested deeper than {JsonSchema.MaxDepth}. Name the inner schemas under $defs and refer to them.");
            Visit(next.Node, next.Resource, next.Pointer, next.Depth);
        }
    }

    private void Visit(JsonNode? node, SchemaResource resource, string pointer, int depth)
    {
        if (node is null || (node is not JsonObject && node.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False)))
            throw new SchemaRefused(pointer, "must be a schema: an object, true or false.");
        if (node is not JsonObject schema)
        {
            places[node] = new Place(resource, pointer);
            return;
        }
        var reader = new SchemaReader(schema, pointer);
        if (reader.Text("$id") is { } id)
            resource = Named(reader, resource, id);
        places[node] = new Place(resource, pointer);
        Anchors(reader, resource);

        foreach (var keyword in Single)
        {
            if (schema.TryGetPropertyValue(keyword, out var inner))
                left.Push((inner, resource, $"{pointer}/{keyword}", depth + 1));
        }
        foreach (var keyword in Lists)
        {
            if (!schema.TryGetPropertyValue(keyword, out var list))
                continue;
            if (list is not JsonArray { Count: > 0 } items)
                throw reader.Refused(keyword, "must be a list of at least one schema.");
            foreach (var (i, item) in items.Index())
                left.Push((item, resource, $"{pointer}/{keyword}/{i}", depth + 1));
        }
        foreach (var (name, item) in (schema["dependencies"] as JsonObject)?.Where(pair => pair.Value is not JsonArray) ?? [])
            left.Push((item, resource, $"{pointer}/dependencies/{Escaped(name)}", depth + 1));
        foreach (var keyword in Maps)
        {
            if (!schema.TryGetPropertyValue(keyword, out var map))
                continue;
            foreach (var (name, item) in map as JsonObject ?? throw reader.Refused(keyword, "must be a map from names to schemas."))
                left.Push((item, resource, $"{pointer}/{keyword}/{Escaped(name)}", depth + 1));
        }
    }

    private SchemaResource Named(SchemaReader schema, SchemaResource around, string id)
    {
        if (id.TrimEnd('#').Contains('#', StringComparison.Ordinal) || UriOf(around.Id, id.TrimEnd('#')) is not { } uri)
            throw schema.Refused("$id", $"is \"{id}\"; it must be a URI without a fragment. Use $anchor to name a place.");
        var resource = new SchemaResource(uri, schema.Json);
        if (!resources.TryAdd(uri.AbsoluteUri, resource))
            throw schema.Refused("$id", $"is \"{id}\", which another schema of the document has already. Give each its own.");
        return resource;
    }

    private void Anchors(SchemaReader schema, SchemaResource resource)
    {
        foreach (var keyword in new[] { "$anchor", "$dynamicAnchor" })
        {
            if (schema.Text(keyword) is not { } anchor)
                continue;
            if (!resource.Anchors.TryAdd(anchor, schema.Json) && !ReferenceEquals(resource.Anchors[anchor], schema.Json))
                throw schema.Refused(keyword, $"is \"{anchor}\", which another schema beside it has already. Give each its own.");
            if (keyword == "$dynamicAnchor")
                DynamicAnchors.Add((anchor, resource, schema.Json));
        }
    }

    private static JsonNode? Walk(JsonNode? node, string pointer)
    {
        foreach (var token in pointer.Split('/').Skip(1).Select(token => token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
        {
            node = node switch
            {
                JsonObject map => map[token],
                JsonArray list when int.TryParse(token, out var index) && index < list.Count => list[index],
                _ => null,
            };
        }
        return node;
    }

    private static string Escaped(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static Uri? UriOf(Uri around, string reference) => Uri.TryCreate(around, reference, out var uri) ? uri : null;
}

/// <param name="Pointer">From the document's root, for people.</param>
internal sealed record Place(SchemaResource Resource, string Pointer);
