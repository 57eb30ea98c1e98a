using System.Globalization;
using System.Text;

namespace LlmOps.Evaluation;

/// <summary>A text without the disguises under which an instruction hides from a reader of characters: invisible characters, full-width and mathematical letters,
/// letters of another script inside a Latin word, digits for letters, letters spaced apart. Accents are folded.</summary>
internal sealed class InjectionText
{
    private const string Folded =
        "àáâãäåāăą:a çćĉċč:c ďđ:d èéêëēĕėęě:e ĝğġģ:g ĥħ:h ìíîïĩīĭįı:i ĵ:j ķ:k ĺļľŀł:l ñńņňŉ:n òóôõöøōŏő:o ŕŗř:r śŝşšß:s ţťŧ:t ùúûüũūŭůűų:u ŵ:w ýÿŷ:y źżž:z ‘’‚`´:' “”„«»:\" –—−‐‑:-";

    private const string Lookalikes =
        "аАɑαΑ:a вВβΒ:b сСϲ:c ԁ:d еЕєεΕ:e ɡ:g һНΗ:h іІїιΙ:i јЈ:j кКκΚ:k ӏ:l мМΜ:m пη:n оОοΟσ:o рРρΡ:p ԛ:q г:r ѕЅ:s тТτΤ:t υ:u ѵν:v ѡω:w хХχΧ:x уУγΥ:y ᴢΖ:z";

    private const int SpacedRun = 6;

    private static readonly Dictionary<char, char> Fold = Table(Folded);
    private static readonly Dictionary<char, char> Latin = Table(Lookalikes);

    private readonly int[] places;
    private readonly int length;

    private InjectionText(string plain, int[] places, int length, int disguised) => (Plain, this.places, this.length, Disguised) = (plain, places, length, disguised);

    internal string Plain { get; }

    /// <summary>Characters that were hidden, or stood for others, in or beside Latin letters.</summary>
    internal int Disguised { get; }

    /// <summary>Where a character of <see cref="Plain"/> stands in the original, in code points; for the end of the text, the original's length.</summary>
    internal int Place(int at) => at < places.Length ? places[at] : length;

    internal static InjectionText Of(string original)
    {
        var (text, places, hidden, place) = (new List<char>(original.Length), new List<int>(original.Length), 0, 0);
        foreach (var rune in original.EnumerateRunes())
        {
            if (Sign(rune) is { } sign)
            {
                hidden += IsStyled(rune) && char.IsAsciiLetter(sign) ? 1 : 0;
                text.Add(sign);
                places.Add(place);
            }
            else if (text.Count > 0 && char.IsAsciiLetter(text[^1]) && Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format)
            {
                hidden++;
            }
            place++;
        }
        hidden += Unmask(text) + Close(text, places);
        return new InjectionText(string.Concat(text), [.. places], place, hidden);
    }

    /// <summary>One character for a rune, or null where it says nothing. What lies beyond the basic plane and is no letter in disguise becomes one sign.</summary>
    private static char? Sign(Rune rune) => rune.Value switch
    {
        '\n' or 0x2028 or 0x2029 => '\n',
        '\r' => null,
        '`' => '\'',
        < 0x80 => Rune.IsControl(rune) ? ' ' : (char)rune.Value,
        >= 0xFF01 and <= 0xFF5E => (char)(rune.Value - 0xFEE0),
        >= 0x24B6 and <= 0x24E9 => (char)('a' + ((rune.Value - 0x24B6) % 26)),
        >= 0x1D400 and <= 0x1D6A3 => Letter((rune.Value - 0x1D400) % 52),
        >= 0x1D7CE and <= 0x1D7FF => (char)('0' + ((rune.Value - 0x1D7CE) % 10)),
        >= 0xE0020 and <= 0xE007E => (char)(rune.Value - 0xE0000), // tags: ASCII that no screen shows
        _ when Rune.IsWhiteSpace(rune) => ' ',
        _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.NonSpacingMark => null,
        > 0xFFFF => '\u25A1',
        _ => Fold.TryGetValue((char)rune.Value, out var folded) ? folded
            : Fold.TryGetValue((char)Rune.ToLowerInvariant(rune).Value, out folded) ? char.ToUpperInvariant(folded) : (char)rune.Value,
    };

    private static char Letter(int at) => (char)(at < 26 ? 'A' + at : 'a' + at - 26);

    private static bool IsStyled(Rune rune) => rune.Value is >= 0x1D400 or (>= 0xFF01 and <= 0xFF5E) or (>= 0x24B6 and <= 0x24E9);

    /// <summary>In a word that has Latin letters, letters of other scripts and digits before a letter are what they look like. Answers how many were.</summary>
    private static int Unmask(List<char> text)
    {
        var found = 0;
        for (var start = 0; start < text.Count; start++)
        {
            var (end, latin) = (start, 0);
            for (; end < text.Count && char.IsLetterOrDigit(text[end]); end++)
                latin += char.IsAsciiLetter(text[end]) ? 1 : 0;
            for (var i = start; latin >= 2 && end - start >= 4 && i < end; i++)
            {
                var meant = Latin.TryGetValue(text[i], out var letter) ? letter : i + 1 < end && char.IsAsciiLetter(text[i + 1]) ? Digit(text[i]) : text[i];
                found += meant == text[i] ? 0 : 1;
                text[i] = meant;
            }
            start = end;
        }
        return found;
    }

    private static char Digit(char sign) => sign switch { '0' => 'o', '1' => 'i', '3' => 'e', '4' => 'a', '5' => 's', '7' => 't', _ => sign };

    /// <summary>Closes words whose letters stand apart: "i g n o r e" becomes "ignore". Answers how many letters stood so.</summary>
    private static int Close(List<char> text, List<int> places)
    {
        var (kept, found) = (0, 0);
        for (var at = 0; at < text.Count;)
        {
            var letters = at == 0 || char.IsWhiteSpace(text[at - 1]) ? Spaced(text, at) : 0;
            var (take, step) = letters >= SpacedRun ? (letters, 2) : (1, 1);
            found += step == 2 ? letters : 0;
            for (var i = 0; i < take; i++, at += step)
                (text[kept], places[kept++]) = (text[at], places[at]);
            at -= step - 1; // the last letter's space stays
        }
        text.RemoveRange(kept, text.Count - kept);
        places.RemoveRange(kept, places.Count - kept);
        return found;
    }

    private static int Spaced(List<char> text, int at)
    {
        var letters = 0;
        for (; at < text.Count && char.IsLetter(text[at]) && (at + 1 == text.Count || text[at + 1] == ' '); at += 2)
            letters++;
        return letters;
    }

    private static Dictionary<char, char> Table(string pairs) => pairs.Split(' ')
        .SelectMany(pair => pair[..^2].Select(from => (from, to: pair[^1]))).DistinctBy(pair => pair.from).ToDictionary(pair => pair.from, pair => pair.to);
}
