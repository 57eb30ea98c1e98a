using System.Collections.Frozen;

namespace LlmOps.Evaluation;

/// <summary>The check digits of cards (Luhn, ISO/IEC 7812) and bank accounts (mod 97, ISO 13616), and which US social security numbers can exist.</summary>
internal static class PiiChecksum
{
    /// <summary>Length of an IBAN by country, from the IBAN registry.</summary>
    private static readonly FrozenDictionary<string, int> IbanLengths =
        """
        AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21
        HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33
        SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenDictionary(entry => entry[..2], entry => int.Parse(entry.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture));

    internal static int? IbanLength(string country) => IbanLengths.TryGetValue(country, out var length) ? length : null;

    /// <param name="iban">Letters in either case and digits, without gaps.</param>
    internal static bool Iban(ReadOnlySpan<char> iban)
    {
        var rest = 0;
        for (var i = 0; i < iban.Length; i++)
        {
            var c = char.ToUpperInvariant(iban[(i + 4) % iban.Length]);
            rest = char.IsAsciiDigit(c) ? ((rest * 10) + c - '0') % 97 : ((rest * 100) + c - 'A' + 10) % 97;
        }
        return rest == 1;
    }

    internal static bool Luhn(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            digit = i % 2 == 0 ? digit : digit > 4 ? (2 * digit) - 9 : 2 * digit;
            sum += digit;
        }
        return sum % 10 == 0;
    }

    /// <summary>Whether cards begin so: the prefixes of the large networks.</summary>
    internal static bool CardPrefix(ReadOnlySpan<char> digits) => digits[0] switch
    {
        '4' or '5' => true,
        '6' => digits[1] is '0' or '2' or '3' or '4' or '5' or '7' or '9',
        '3' => digits[1] is '0' or '4' or '5' or '6' or '7' or '8' or '9',
        '2' => digits[1] is >= '2' and <= '7' || digits.StartsWith("2131"),
        '1' => digits.StartsWith("1800"),
        _ => false,
    };

    /// <param name="digits">Nine digits: area, group and serial.</param>
    internal static bool Ssn(ReadOnlySpan<char> digits) =>
        digits.Length == 9 && digits[0] != '9' && !digits.StartsWith("000") && !digits.StartsWith("666") && !digits[3..5].SequenceEqual("00") && !digits[5..].SequenceEqual("0000");
}
