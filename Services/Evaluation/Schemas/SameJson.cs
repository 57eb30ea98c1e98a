using System.Runtime.InteropServices;
using System.Text.Json;

namespace LlmOps.Evaluation;

/// <summary>Equality of JSON values as the draft defines it.</summary>
internal static class SameJson
{
    internal static bool Same(JsonElement a, JsonElement b, SchemaRun run, int level = 0)
    {
        if (level > JsonSchema.MaxDepth)
            return run.GiveUp();
        if (a.ValueKind != b.ValueKind)
            return false;
        return a.ValueKind switch
        {
            JsonValueKind.String => SameText(a, b),
            JsonValueKind.Number => JsonNumber.Of(a) is { } number && JsonNumber.Of(b) is { } other ? number == other : a.GetRawText() == b.GetRawText(),
            JsonValueKind.Array => SameItems(a, b, run, level + 1),
            JsonValueKind.Object => SameProperties(a, b, run, level + 1),
            _ => true,
        };
    }

    /// <summary>Equal values have equal hashes; only the upper levels are looked at.</summary>
    internal static int Hash(JsonElement value, int levels = 3)
    {
        var hash = new HashCode();
        hash.Add(value.ValueKind);
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                hash.Add(value.GetString());
                break;
            case JsonValueKind.Number:
                hash.Add(JsonNumber.Of(value));
                break;
            case JsonValueKind.Array:
                hash.Add(value.GetArrayLength());
                foreach (var item in levels > 0 ? value.EnumerateArray() : default)
                    hash.Add(Hash(item, levels - 1));
                break;
            case JsonValueKind.Object:
                var sum = 0;
                foreach (var property in value.EnumerateObject())
                    sum += HashCode.Combine(property.Name, levels > 0 ? Hash(property.Value, levels - 1) : 0); // whatever the order
                hash.Add(sum);
                break;
        }
        return hash.ToHashCode();
    }

    private static bool SameText(JsonElement a, JsonElement b)
    {
        var raw = JsonMarshal.GetRawUtf8Value(b)[1..^1];
        return raw.IndexOf((byte)'\\') < 0 ? a.ValueEquals(raw) : a.ValueEquals(b.GetString());
    }

    private static bool SameItems(JsonElement a, JsonElement b, SchemaRun run, int level)
    {
        if (a.GetArrayLength() != b.GetArrayLength())
            return false;
        var others = b.EnumerateArray();
        foreach (var item in a.EnumerateArray())
        {
            others.MoveNext();
            if (!Same(item, others.Current, run, level))
                return false;
        }
        return true;
    }

    private static bool SameProperties(JsonElement a, JsonElement b, SchemaRun run, int level)
    {
        if (a.GetPropertyCount() != b.GetPropertyCount())
            return false;
        foreach (var property in a.EnumerateObject())
        {
            if (!b.TryGetProperty(property.Name, out var other) || !Same(property.Value, other, run, level))
                return false;
        }
        return true;
    }
}
