using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace LlmOps.Evaluation;

/// <summary>A JSON number as it is written, exactly: digits times a power of ten. 1, 1.0 and 10e-1 are one number.</summary>
/// <param name="Digits">Without a trailing zero; 0 for zero.</param>
internal readonly record struct JsonNumber(BigInteger Digits, long Exponent)
{
    /// <summary>More significant digits than any measurement has, few enough to compute with.</summary>
    private const int MaxDigits = 1000;

    private const long MaxExponent = 1_000_000_000_000;

    internal bool Whole => Exponent >= 0;

    /// <summary>Null for a number beyond the limits above.</summary>
    internal static JsonNumber? Of(JsonElement number)
    {
        var text = JsonMarshal.GetRawUtf8Value(number);
        if (text.Length <= 18 && Utf8Parser.TryParse(text, out long whole, out var used) && used == text.Length)
            return Reduced(whole, 0);

        var e = text.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = e < 0 ? text : text[..e];
        var exponent = 0L;
        if (e >= 0)
        {
            var power = text[(e + 1)..];
            if (power[0] == '+')
                power = power[1..];
            if (!Utf8Parser.TryParse(power, out exponent, out var length) || length != power.Length || Math.Abs(exponent) > MaxExponent)
                return mantissa.ContainsAnyInRange((byte)'1', (byte)'9') ? null : new JsonNumber(0, 0);
        }
        if (mantissa.Length > MaxDigits)
            return null;
        var point = mantissa.IndexOf((byte)'.');
        Span<char> digits = stackalloc char[mantissa.Length];
        var count = 0;
        foreach (var b in mantissa)
        {
            if (b != '.')
                digits[count++] = (char)b;
        }
        return Reduced(BigInteger.Parse(digits[..count], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), exponent - (point < 0 ? 0 : mantissa.Length - point - 1));
    }

    internal int CompareTo(JsonNumber other)
    {
        if (Digits.Sign != other.Digits.Sign)
            return Digits.Sign.CompareTo(other.Digits.Sign);
        if (Exponent == other.Exponent)
            return Digits.CompareTo(other.Digits);
        // The place of the first digit decides unless it is the same; then the exponents differ by no more than the digits do.
        var (mine, its) = (Magnitude, other.Magnitude);
        if (mine != its)
            return Digits.Sign * mine.CompareTo(its);
        return Exponent > other.Exponent
            ? (Digits * BigInteger.Pow(10, (int)(Exponent - other.Exponent))).CompareTo(other.Digits)
            : Digits.CompareTo(other.Digits * BigInteger.Pow(10, (int)(other.Exponent - Exponent)));
    }

    internal bool IsMultipleOf(JsonNumber factor)
    {
        if (Digits.IsZero)
            return true;
        // No trailing zero is left in the digits, so a coarser power of ten divides nothing.
        return Exponent >= factor.Exponent
            && (Digits * BigInteger.ModPow(10, Exponent - factor.Exponent, BigInteger.Abs(factor.Digits)) % factor.Digits).IsZero;
    }

    public override string ToString() => Exponent is >= 0 and < 30
        ? (Digits * BigInteger.Pow(10, (int)Exponent)).ToString(CultureInfo.InvariantCulture)
        : Exponent is < 0 and > -30 ? ((double)Digits / Math.Pow(10, -Exponent)).ToString("R", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Digits}e{Exponent}");

    private long Magnitude => Exponent + BigInteger.Abs(Digits).ToString(CultureInfo.InvariantCulture).Length;

    private static JsonNumber Reduced(BigInteger digits, long exponent)
    {
        if (digits.IsZero)
            return new JsonNumber(0, 0);
        while (true)
        {
            var shorter = BigInteger.DivRem(digits, 10, out var last);
            if (!last.IsZero)
                return new JsonNumber(digits, exponent);
            (digits, exponent) = (shorter, exponent + 1);
        }
    }
}
