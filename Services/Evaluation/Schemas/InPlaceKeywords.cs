using System.Text.Json;

namespace LlmOps.Evaluation;

internal sealed class AllOfKeyword(IReadOnlyList<SchemaNode> nodes) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        var fits = true;
        foreach (var node in nodes)
        {
            fits &= node.Check(value, run, seen);
            if (!fits && !run.Collecting)
                return false;
        }
        return fits;
    }
}

internal sealed class AnyOfKeyword(IReadOnlyList<SchemaNode> nodes) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        var fits = false;
        foreach (var node in nodes)
        {
            var mine = seen is null ? null : new Evaluated();
            if (!run.Fits(node, value, mine))
                continue;
            fits = true;
            if (seen is null)
                return true;
            seen.Add(mine!);
        }
        return fits || run.Fail("anyOf", $"fits none of the {nodes.Count} allowed forms.");
    }
}

internal sealed class OneOfKeyword(IReadOnlyList<SchemaNode> nodes) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        Evaluated? winner = null;
        var count = 0;
        foreach (var node in nodes)
        {
            var mine = seen is null ? null : new Evaluated();
            if (!run.Fits(node, value, mine))
                continue;
            winner = mine;
            if (++count > 1)
                return run.Fail("oneOf", $"fits more than one of the {nodes.Count} forms; it must fit exactly one.");
        }
        if (count == 0)
            return run.Fail("oneOf", $"fits none of the {nodes.Count} forms; it must fit exactly one.");
        if (winner is not null)
            seen!.Add(winner);
        return true;
    }
}

internal sealed class NotKeyword(SchemaNode node) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen) =>
        !run.Fits(node, value, seen: null) || run.Fail("not", "has the form that is forbidden here.");
}

internal sealed class IfKeyword(SchemaNode condition, SchemaNode? then, SchemaNode? otherwise) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        var mine = seen is null ? null : new Evaluated();
        var fits = run.Fits(condition, value, mine);
        if (fits && mine is not null)
            seen!.Add(mine);
        return (fits ? then : otherwise)?.Check(value, run, seen) ?? true;
    }
}

internal sealed class RefKeyword(SchemaNode target) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen) => target.Check(value, run, seen);
}

/// <summary>A reference that the schemas on the way here may redirect; without one of them it is a plain reference.</summary>
internal sealed class DynamicRefKeyword(SchemaNode target, string anchor) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen) => (run.Dynamic(anchor) ?? target).Check(value, run, seen);
}
