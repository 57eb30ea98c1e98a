using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>properties, patternProperties and additionalProperties in one walk over the object.</summary>
internal sealed class PropertiesKeyword(
    IReadOnlyDictionary<string, SchemaNode> named, IReadOnlyList<(Regex Pattern, SchemaNode Node)> patterns, SchemaNode? additional) : SchemaKeyword
{
    private const int Few = 12;

    private readonly (byte[] Name, SchemaNode Node)[] few = named.Count <= Few ? [.. named.Select(pair => (Encoding.UTF8.GetBytes(pair.Key), pair.Value))] : [];

    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return true;
        var fits = true;
        foreach (var property in value.EnumerateObject())
        {
            var known = false;
            if (Named(property) is { } node)
            {
                known = true;
                fits &= run.At(run.Collecting ? property.Name : "", node, property.Value);
            }
            foreach (var (pattern, matched) in patterns)
            {
                if (!run.Spend(1) || !pattern.IsMatch(property.Name))
                    continue;
                known = true;
                fits &= run.At(property.Name, matched, property.Value);
            }
            if (!known && additional is not null)
            {
                known = true;
                fits &= run.At(property.Name, additional, property.Value);
            }
            if (known)
                seen?.Property(property.Name);
            if (!fits && !run.Collecting)
                return false;
        }
        return fits;
    }

    private SchemaNode? Named(JsonProperty property)
    {
        if (named.Count > Few)
            return named.GetValueOrDefault(property.Name);
        foreach (var (name, node) in few)
        {
            if (property.NameEquals(name))
                return node;
        }
        return null;
    }
}

internal sealed class RequiredKeyword(IReadOnlyList<string> names) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return true;
        var fits = true;
        foreach (var name in names)
        {
            if (run.Spend(1) && !value.TryGetProperty(name, out _))
                fits = run.Fail("required", $"has no \"{name}\"; add it.");
        }
        return fits;
    }
}

internal sealed class PropertyCountKeyword(int min, int max) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return true;
        var count = value.GetPropertyCount();
        return count < min ? run.Fail("minProperties", $"has {count} properties; it must have at least {min}.")
            : count <= max || run.Fail("maxProperties", $"has {count} properties; it must have at most {max}.");
    }
}

internal sealed class PropertyNamesKeyword(SchemaNode names) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return true;
        var fits = true;
        foreach (var property in value.EnumerateObject())
        {
            if (!run.Fits(names, JsonSerializer.SerializeToElement(property.Name), seen: null))
                fits = run.Fail("propertyNames", $"has the property \"{property.Name}\", whose name is not allowed.");
            if (!fits && !run.Collecting)
                return false;
        }
        return fits;
    }
}

internal sealed class DependentRequiredKeyword(IReadOnlyDictionary<string, List<string>> dependents) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return true;
        var fits = true;
        foreach (var (name, needed) in dependents)
        {
            if (!value.TryGetProperty(name, out _))
                continue;
            foreach (var other in needed)
            {
                if (!value.TryGetProperty(other, out _))
                    fits = run.Fail("dependentRequired", $"has \"{name}\" and no \"{other}\", which goes with it; add it.");
            }
        }
        return fits;
    }
}

internal sealed class DependentSchemasKeyword(IReadOnlyDictionary<string, SchemaNode> dependents) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return true;
        var fits = true;
        foreach (var (name, node) in dependents)
        {
            if (value.TryGetProperty(name, out _))
                fits &= node.Check(value, run, seen);
        }
        return fits;
    }
}

internal sealed class UnevaluatedPropertiesKeyword(SchemaNode rest) : SchemaKeyword, IReadsSeen
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return true;
        var fits = true;
        foreach (var property in value.EnumerateObject())
        {
            if (seen!.Has(property.Name))
                continue;
            fits &= run.At(property.Name, rest, property.Value);
            seen.Property(property.Name);
        }
        return fits;
    }
}
