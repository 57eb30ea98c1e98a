using System.Text.Json;

namespace LlmOps.Evaluation;

/// <summary>prefixItems and items.</summary>
internal sealed class ItemsKeyword(IReadOnlyList<SchemaNode> prefix, SchemaNode? rest) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return true;
        var fits = true;
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if ((index < prefix.Count ? prefix[index] : rest) is not { } node)
                break;
            fits &= run.At(index++, node, item);
            if (!fits && !run.Collecting)
                return false;
        }
        seen?.Prefix(index);
        return fits;
    }
}

/// <summary>contains with minContains and maxContains; the items that match count as evaluated.</summary>
internal sealed class ContainsKeyword(SchemaNode node, int min, int max) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return true;
        var (index, count) = (0, 0);
        foreach (var item in value.EnumerateArray())
        {
            if (run.Fits(node, item, seen: null))
            {
                count++;
                seen?.Item(index);
            }
            index++;
        }
        return count < min ? run.Fail(min == 1 ? "contains" : "minContains", $"has {count} items of the kind it must contain; at least {min} must be there.")
            : count <= max || run.Fail("maxContains", $"has {count} items of the kind it may contain; at most {max} may be there.");
    }
}

internal sealed class ItemCountKeyword(int min, int max) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return true;
        var count = value.GetArrayLength();
        return count < min ? run.Fail("minItems", $"has {count} items; it must have at least {min}.")
            : count <= max || run.Fail("maxItems", $"has {count} items; it must have at most {max}.");
    }
}

internal sealed class UniqueItemsKeyword : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() < 2)
            return true;
        var byHash = new Dictionary<int, List<(JsonElement Item, int Index)>>();
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var hash = SameJson.Hash(item);
            if (!byHash.TryGetValue(hash, out var alike))
                byHash[hash] = alike = [];
            foreach (var (other, first) in alike)
            {
                if (run.Spend(1) && SameJson.Same(item, other, run))
                    return run.Fail("uniqueItems", $"has the same item at {first} and {index}; keep one.");
            }
            alike.Add((item, index++));
        }
        return true;
    }
}

internal sealed class UnevaluatedItemsKeyword(SchemaNode rest) : SchemaKeyword, IReadsSeen
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return true;
        var fits = true;
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (!seen!.Has(index))
                fits &= run.At(index, rest, item);
            index++;
        }
        seen!.Prefix(index);
        return fits;
    }
}
