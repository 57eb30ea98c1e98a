using System.Globalization;
using System.Runtime.CompilerServices;

namespace LlmOps.Evaluation;

/// <summary>One validation under way: its place in the value, what it found, and what it may still spend.</summary>
internal sealed class SchemaRun(List<SchemaViolation>? violations)
{
    internal const int MaxViolations = 100;

    /// <summary>Subschemas applied to one value; far above what an honest pair needs, a second of work for a hostile one.</summary>
    private const int MaxSteps = 5_000_000;

    private readonly List<string> path = [];
    private readonly List<SchemaResource> scope = [];
    private int quiet;
    private int depth;
    private int steps;

    /// <summary>The limit that ended the validation. Then nothing that it found counts, and the value is not valid.</summary>
    internal SchemaViolation? Exceeded { get; private set; }

    /// <summary>Whether every violation is wanted; else the first one ends the search.</summary>
    internal bool Collecting => violations is not null && quiet == 0;

    internal static SchemaViolation TooDeep(string pointer) =>
        new(pointer, "depth", $"the value, or the schema's references, nest deeper than {JsonSchema.MaxDepth}; flatten them.");

    internal bool Enter(SchemaNode node)
    {
        if (Exceeded is not null)
            return false;
        if (++depth > JsonSchema.MaxDepth * 2 || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            depth--;
            Exceeded = TooDeep(Pointer);
            return false;
        }
        if (!Spend(1))
        {
            depth--;
            return false;
        }
        scope.Add(node.Resource);
        return true;
    }

    internal void Leave()
    {
        depth--;
        scope.RemoveAt(scope.Count - 1);
    }

    /// <summary>Ends the validation of values that nest too deep to compare.</summary>
    internal bool GiveUp()
    {
        Exceeded ??= TooDeep(Pointer);
        return false;
    }

    internal bool Spend(int work)
    {
        steps += work;
        if (steps <= MaxSteps)
            return true;
        Exceeded ??= new SchemaViolation(Pointer, "work", $"the schema asks for more than {MaxSteps:N0} checks of one value; simplify it.");
        return false;
    }

    /// <summary>The schema that a dynamic reference means here: the outermost resource on the way that has the anchor.</summary>
    internal SchemaNode? Dynamic(string anchor)
    {
        foreach (var resource in scope)
        {
            if (resource.DynamicAnchors.TryGetValue(anchor, out var node))
                return node;
        }
        return null;
    }

    /// <summary>Whether the value fits, without a word about it where it does not.</summary>
    internal bool Fits(SchemaNode node, System.Text.Json.JsonElement value, Evaluated? seen)
    {
        quiet++;
        var fits = node.Check(value, this, seen);
        quiet--;
        return fits;
    }

    internal bool At(string name, SchemaNode node, System.Text.Json.JsonElement value)
    {
        if (!Collecting)
            return node.Check(value, this, seen: null);
        path.Add(name);
        var fits = node.Check(value, this, seen: null);
        path.RemoveAt(path.Count - 1);
        return fits;
    }

    internal bool At(int index, SchemaNode node, System.Text.Json.JsonElement value) =>
        At(Collecting ? index.ToString(CultureInfo.InvariantCulture) : "", node, value);

    /// <summary>Always false, so that a check can end with it.</summary>
    internal bool Fail(string keyword, string message)
    {
        if (Collecting && violations!.Count < MaxViolations)
            violations.Add(new SchemaViolation(Pointer, keyword, message));
        return false;
    }

    private string Pointer => string.Concat(path.Select(name => "/" + name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)));
}

/// <summary>What of one value was looked at by name or place, for the <c>unevaluated…</c> keywords.</summary>
internal sealed class Evaluated
{
    private HashSet<string>? properties;
    private HashSet<int>? items;
    private int prefix;

    internal void Property(string name) => (properties ??= []).Add(name);

    internal void Item(int index) => (items ??= []).Add(index);

    /// <summary>All items before this index.</summary>
    internal void Prefix(int count) => prefix = Math.Max(prefix, count);

    internal bool Has(string name) => properties?.Contains(name) == true;

    internal bool Has(int index) => index < prefix || items?.Contains(index) == true;

    internal void Add(Evaluated other)
    {
        if (other.properties is not null)
            (properties ??= []).UnionWith(other.properties);
        if (other.items is not null)
            (items ??= []).UnionWith(other.items);
        Prefix(other.prefix);
    }
}
