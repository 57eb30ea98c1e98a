using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>The contract language for people: <c>fields</c> with type, required, min_length, max_length, pattern, one_of, minimum, maximum, format,
/// fields, items, min_items, max_items, max_null_rate and unique. It is compiled to JSON Schema. Lengths count Unicode code points.</summary>
internal static class FieldLanguage
{
    private static readonly string[] Texts = ["string"];
    private static readonly string[] Numbers = ["integer", "number"];

    internal static DatasetSchema? Read(string text, string file, List<Finding> problems)
    {
        var before = problems.Count;
        if (Yaml.Read(text, file, problems) is not { } root)
            return null;
        root.Text("description");
        var rules = new List<FieldRule>();
        var schema = new JsonObject { ["type"] = "object" };
        if (root.Map("fields", required: true) is { } fields)
            Fields(fields, [], schema, rules);
        root.Close();
        if (problems.Count > before)
            return null;
        var compiled = JsonSchema.Parse(schema, assertFormats: true);
        if (!compiled.Refused)
            return new DatasetSchema(file, compiled.Value, rules);
        problems.Add(new Finding(file, null, compiled.Refusal.Code, FindingLevel.Error, compiled.Refusal.Detail));
        return null;
    }

    private static void Fields(YamlMap fields, IReadOnlyList<string> path, JsonObject schema, List<FieldRule> rules)
    {
        var (properties, required) = (new JsonObject(), new JsonArray());
        foreach (var entry in fields.Entries)
        {
            if (fields.Map(entry.Key, required: true) is not { } field)
                continue;
            IReadOnlyList<string> here = [.. path, entry.Key];
            if (field.Flag("required") == true)
                required.Add((JsonNode)entry.Key);
            var (nulls, unique) = (field.Number("max_null_rate", 0, 1), field.Flag("unique") == true);
            if (nulls is not null || unique)
                rules.Add(new FieldRule(here, nulls, unique));
            properties[entry.Key] = Field(field, here, nullable: nulls is not null, rules);
        }
        schema["properties"] = properties;
        if (required.Count > 0)
            schema["required"] = required;
    }

    private static JsonObject Field(YamlMap field, IReadOnlyList<string> path, bool nullable, List<FieldRule> rules)
    {
        field.Text("description");
        var types = Types(field);
        var schema = new JsonObject();
        if (types.Count > 0)
            schema["type"] = new JsonArray([.. types.Append(nullable ? "null" : "").Where(type => type.Length > 0).Distinct().Select(type => (JsonNode)type)]);
        Limits(field, types, schema);
        if (Belongs(field, "pattern", types, Texts) && field.Text("pattern") is { } pattern)
        {
            if (EcmaPattern.Parse(pattern) is null)
                field.Problem(field.LineOf("pattern"), "bad-pattern", $"The pattern {pattern} cannot run in linear time or is no pattern. Write it without look-around and back-references.");
            schema["pattern"] = pattern;
        }
        if (Belongs(field, "format", types, Texts) && field.Text("format") is { } format)
        {
            if (Formats.Find(format) is null)
                field.Problem(field.LineOf("format"), "unknown-format", $"There is no format \"{format}\".{YamlMap.Nearest(format, Formats.Names)} Known: {string.Join(", ", Formats.Names)}.");
            schema["format"] = format;
        }
        if (OneOf(field, types) is { Count: > 0 } values)
            schema["enum"] = nullable ? new JsonArray([.. values.Append(null)]) : new JsonArray([.. values]);
        if (Belongs(field, "fields", types, ["object"]) && field.Map("fields") is { } inner)
            Fields(inner, path, schema, rules);
        if (Belongs(field, "items", types, ["array"]) && field.Map("items") is { } items)
            schema["items"] = Field(items, path, nullable: false, []);
        field.Close();
        return schema;
    }

    private static IReadOnlyList<string> Types(YamlMap field)
    {
        if (field.Find("type") is null)
            return [];
        var types = field.Texts("type");
        foreach (var unknown in types.Where(type => !TypeKeyword.Known.Contains(type)))
            field.Problem(field.LineOf("type"), "unknown-type", $"There is no type \"{unknown}\".{YamlMap.Nearest(unknown, TypeKeyword.Known)} Known: {string.Join(", ", TypeKeyword.Known)}.");
        return types;
    }

    private static void Limits(YamlMap field, IReadOnlyList<string> types, JsonObject schema)
    {
        foreach (var (lower, upper, of, keywords) in new[]
                 {
                     ("min_length", "max_length", Texts, ("minLength", "maxLength")),
                     ("min_items", "max_items", ["array"], ("minItems", "maxItems")),
                 })
        {
            var min = Belongs(field, lower, types, of) ? field.Whole(lower, 0, int.MaxValue) : null;
            var max = Belongs(field, upper, types, of) ? field.Whole(upper, 0, int.MaxValue) : null;
            Set(keywords.Item1, min);
            Set(keywords.Item2, max);
            Ordered(field, lower, min, upper, max);
        }
        var (least, most) = (Belongs(field, "minimum", types, Numbers) ? Bound("minimum") : null, Belongs(field, "maximum", types, Numbers) ? Bound("maximum") : null);
        Ordered(field, "minimum", least, "maximum", most);

        void Set(string keyword, int? count)
        {
            if (count is { } value)
                schema[keyword] = value;
        }

        // As it is written, not as a double: 0.1 is a tenth.
        double? Bound(string key)
        {
            if (field.Number(key, double.MinValue, double.MaxValue) is not { } number)
                return null;
            schema[key] = decimal.TryParse(field.Text(key), NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) ? exact : number;
            return number;
        }
    }

    /// <summary>The values in the field's own type: without one, plain words become what YAML's core schema makes of them.</summary>
    private static List<JsonNode?> OneOf(YamlMap field, IReadOnlyList<string> types)
    {
        var items = field.Items("one_of");
        if (field.Find("one_of") is not null && items.Count == 0)
            field.Problem(field.LineOf("one_of"), "missing-key", "one_of has no value, so nothing would be allowed. Add some, for example [yes, no].");
        return [.. items.Select(item => item is YamlNode.Scalar scalar && types is ["string"] ? (JsonNode)scalar.Text : item.ToJson())];
    }

    /// <summary>Whether the key may stand beside the field's type; says so where it may not, since it would check nothing.</summary>
    private static bool Belongs(YamlMap field, string key, IReadOnlyList<string> types, string[] of)
    {
        if (types.Count == 0 || types.Any(of.Contains) || field.Find(key) is null)
            return true;
        field.Problem(field.LineOf(key), "wrong-type", $"{key} checks nothing on type {string.Join(" or ", types)}; it belongs to {string.Join(" or ", of)}. Remove it, or correct the type.");
        return false;
    }

    private static void Ordered(YamlMap field, string lower, double? min, string upper, double? max)
    {
        if (min > max)
            field.Problem(field.LineOf(upper), "out-of-range", string.Create(CultureInfo.InvariantCulture, $"{upper} {max} is less than {lower} {min}, so nothing would be allowed. Correct one of them."));
    }
}
