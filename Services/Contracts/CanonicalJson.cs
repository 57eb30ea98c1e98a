using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LlmOps;

/// <summary>JSON Canonicalization Scheme, RFC 8785: one byte sequence for one value.</summary>
public static class CanonicalJson
{
    /// <exception cref="JsonException">A duplicate key, a lone surrogate, or a number that no double holds.</exception>
    public static string Write(JsonElement value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    private static void Append(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object: AppendObject(text, value); break;
            case JsonValueKind.Array: AppendArray(text, value); break;
            case JsonValueKind.String: AppendString(text, value.GetString()!); break;
            case JsonValueKind.Number: AppendNumber(text, value.GetDouble()); break;
            default: text.Append(value.GetRawText()); break;
        }
    }

    private static void AppendObject(StringBuilder text, JsonElement value)
    {
        var properties = value.EnumerateObject().ToArray();
        Array.Sort(properties, (a, b) => string.CompareOrdinal(a.Name, b.Name)); // UTF-16 code units, as the RFC demands
        text.Append('{');
        for (var i = 0; i < properties.Length; i++)
        {
            if (i > 0)
            {
                if (properties[i].Name == properties[i - 1].Name)
                    throw new JsonException($"the key \"{properties[i].Name}\" stands twice");
                text.Append(',');
            }
            AppendString(text, properties[i].Name);
            text.Append(':');
            Append(text, properties[i].Value);
        }
        text.Append('}');
    }

    private static void AppendArray(StringBuilder text, JsonElement value)
    {
        text.Append('[');
        var first = true;
        foreach (var item in value.EnumerateArray())
        {
            if (!first)
                text.Append(',');
            first = false;
            Append(text, item);
        }
        text.Append(']');
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
            {
                text.Append(c).Append(value[++i]);
                continue;
            }
            if (char.IsSurrogate(c))
                throw new JsonException("a lone surrogate has no canonical form");
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }

    /// <summary>ECMAScript's Number-to-string (ECMA-262, 6.1.6.1.20), which the RFC adopts.</summary>
    private static void AppendNumber(StringBuilder text, double value)
    {
        if (!double.IsFinite(value))
            throw new JsonException("a number beyond a double has no canonical form");
        if (value == 0)
        {
            text.Append('0');
            return;
        }
        if (value < 0)
            text.Append('-');

        // Shortest round-trip digits d1..dk and the exponent n with value = 0.d1..dk * 10^n.
        var (digits, n) = Split(Math.Abs(value).ToString("R", CultureInfo.InvariantCulture));
        var k = digits.Length;
        if (k <= n && n <= 21)
            text.Append(digits).Append('0', n - k);
        else if (0 < n && n <= 21)
            text.Append(digits, 0, n).Append('.').Append(digits, n, k - n);
        else if (-6 < n && n <= 0)
            text.Append("0.").Append('0', -n).Append(digits);
        else
            AppendExponent(text, digits, n - 1);
    }

    private static void AppendExponent(StringBuilder text, string digits, int exponent)
    {
        text.Append(digits[0]);
        if (digits.Length > 1)
            text.Append('.').Append(digits, 1, digits.Length - 1);
        text.Append('e').Append(exponent < 0 ? '-' : '+').Append(Math.Abs(exponent));
    }

    private static (string Digits, int N) Split(string number)
    {
        var e = number.IndexOf('E', StringComparison.Ordinal);
        var exponent = e < 0 ? 0 : int.Parse(number.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = e < 0 ? number : number[..e];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa : mantissa[..point];
        var all = whole + (point < 0 ? "" : mantissa[(point + 1)..]);
        var leading = all.Length - all.TrimStart('0').Length;
        return (all.Trim('0'), whole.Length + exponent - leading);
    }
}
