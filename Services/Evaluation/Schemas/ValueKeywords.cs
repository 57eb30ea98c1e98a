using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

internal sealed class TypeKeyword(IReadOnlyList<string> types) : SchemaKeyword
{
    internal static readonly string[] Known = ["string", "number", "integer", "boolean", "object", "array", "null"];

    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        foreach (var type in types)
        {
            if (Is(value, type))
                return true;
        }
        return run.Fail("type", $"is {Of(value)}; it must be {string.Join(" or ", types.Select(Article))}.");
    }

    internal static string Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => "null",
    };

    private static string Article(string type) => type switch { "null" => type, "integer" or "object" or "array" => $"an {type}", _ => $"a {type}" };

    private static bool Is(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.String => type == "string",
        JsonValueKind.Number => type == "number" || (type == "integer" && Whole(value)),
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        _ => type == "null",
    };

    private static bool Whole(JsonElement number) => number.TryGetInt64(out _) || JsonNumber.Of(number) is not { Whole: false };
}

/// <summary>enum and const: one of some values. Numbers are equal by value, objects whatever the order of their keys.</summary>
internal sealed class OneOfValuesKeyword(string keyword, IReadOnlyList<JsonElement> values) : SchemaKeyword
{
    private const int Shown = 200;
    private const int Few = 16;

    private readonly ILookup<int, JsonElement> byHash = values.ToLookup(value => SameJson.Hash(value));

    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        foreach (var allowed in values.Count <= Few ? values : byHash[SameJson.Hash(value)])
        {
            if (run.Spend(1) && SameJson.Same(allowed, value, run))
                return true;
        }
        return run.Fail(keyword, $"is {Cut(value)}; it must be {(values.Count == 1 ? "" : "one of ")}{string.Join(", ", values.Take(10).Select(Cut))}{(values.Count > 10 ? ", …" : "")}.");
    }

    private static string Cut(JsonElement value) => value.GetRawText() is { Length: > Shown } text ? text[..Shown] + "…" : value.GetRawText();
}

/// <summary>A bound of a number, compared exactly.</summary>
internal sealed class BoundKeyword(string keyword, JsonNumber bound) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        if (value.ValueKind != JsonValueKind.Number)
            return true;
        if (JsonNumber.Of(value) is not { } number)
            return run.Fail(keyword, "is a number too long to compare; write fewer digits.");
        var order = number.CompareTo(bound);
        var (fits, word) = keyword switch
        {
            "minimum" => (order >= 0, "at least"),
            "maximum" => (order <= 0, "at most"),
            "exclusiveMinimum" => (order > 0, "more than"),
            _ => (order < 0, "less than"),
        };
        return fits || run.Fail(keyword, $"is {number}; it must be {word} {bound}.");
    }
}

internal sealed class MultipleOfKeyword(JsonNumber factor) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        if (value.ValueKind != JsonValueKind.Number)
            return true;
        if (JsonNumber.Of(value) is not { } number)
            return run.Fail("multipleOf", "is a number too long to divide; write fewer digits.");
        return number.IsMultipleOf(factor) || run.Fail("multipleOf", $"is {number}; it must be a multiple of {factor}.");
    }
}

/// <summary>minLength and maxLength in Unicode code points, as the draft counts: an emoji of one code point is one character.</summary>
internal sealed class LengthKeyword(int min, int max) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        if (value.ValueKind != JsonValueKind.String)
            return true;
        var length = CodePoints(value);
        return length < min ? run.Fail("minLength", $"has {length:N0} characters; it must have at least {min:N0}.")
            : length <= max || run.Fail("maxLength", $"has {length:N0} characters; it must have at most {max:N0}.");
    }

    private static int CodePoints(JsonElement text)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text)[1..^1];
        if (raw.IndexOf((byte)'\\') >= 0)
            return text.GetString()!.EnumerateRunes().Count();
        var count = 0;
        foreach (var b in raw)
            count += (b & 0xC0) == 0x80 ? 0 : 1; // continuation bytes begin no character
        return count;
    }
}

internal sealed class PatternKeyword(string source, Regex pattern) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen) =>
        value.ValueKind != JsonValueKind.String || pattern.IsMatch(value.GetString()!) || run.Fail("pattern", $"does not match the pattern {source}.");
}

internal sealed class FormatKeyword(string format, Func<string, bool> fits) : SchemaKeyword
{
    internal override bool Check(JsonElement value, SchemaRun run, Evaluated? seen) =>
        value.ValueKind != JsonValueKind.String || fits(value.GetString()!) || run.Fail("format", $"is no {format}.");
}
