using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace LlmOps.Inference;

/// <summary>Light word analysis for English: content words, stems, number words. It knows the language, and nothing about any subject.</summary>
internal static partial class Words
{
    private const int SharedPrefix = 5;

    private static readonly FrozenSet<string> Function = FrozenSet.ToFrozenSet("""
        a about above after again all also although am an and any anybody anyone anything are as at away back be because been before being below
        between both but by came can cannot could dear did do does doing done down during each either else even ever every exactly expect expected
        explain fast few find for found from further get gets getting give given gives go goes going got had happen happened happens has have having
        he hello help her here hers hey hi him his how however i if in into is it its itself just kind know later least let like ll long look looking
        madam make many may maybe me mean means might mine more most much must my myself need needs neither no nor normal normally not now of off
        often ok okay on once one only onto or other ought our ours out over own people per perhaps please possible question quick quickly quite
        rather re really s said same say see shall she should since sir so some somebody someone something soon still such supposed sure t take tell
        than thank thanks that the their theirs them then there these they thing things think this those though through thus to today together too
        toward try under understand until up upon us use used using ve very want wants was way we well were what whatever when where whether which
        while who whom whose why will wish with within without wonder wondering would yes yet you your yours
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static readonly FrozenDictionary<string, string> Numbers = new Dictionary<string, string>
    {
        ["zero"] = "0", ["single"] = "1", ["one"] = "1", ["two"] = "2", ["three"] = "3", ["four"] = "4", ["five"] = "5", ["six"] = "6", ["seven"] = "7",
        ["eight"] = "8", ["nine"] = "9", ["ten"] = "10", ["eleven"] = "11", ["twelve"] = "12", ["fifteen"] = "15", ["twenty"] = "20",
        ["twenty-five"] = "25", ["thirty"] = "30", ["forty"] = "40", ["fifty"] = "50", ["sixty"] = "60", ["seventy"] = "70", ["eighty"] = "80",
        ["ninety"] = "90", ["hundred"] = "100",
    }.ToFrozenDictionary();

    /// <summary>The stems of the words that carry meaning, each once, in order.</summary>
    public static IReadOnlyList<string> Content(string text) =>
        [.. Word().Matches(text).Select(word => Plain(word.Value)).Where(word => !Function.Contains(word)).Select(Stem).Distinct()];

    /// <summary>The words that carry meaning as they are written, a plural's s taken off.</summary>
    public static IReadOnlyList<string> Nouns(string text) =>
        [.. Word().Matches(text).Select(word => Plain(word.Value)).Where(word => !Function.Contains(word)).Select(word => word.Length > 3 ? word.TrimEnd('s') : word)];

    /// <summary>A number in digits or as a word.</summary>
    public static decimal? Number(string word) =>
        decimal.TryParse(Numbers.GetValueOrDefault(Plain(word), word), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>1 for the same stem, 0.85 for stems that begin alike (cancel, cancellation), 0.7 for one slip of the pen (turist, tourist), else 0.</summary>
    public static double Likeness(string a, string b) =>
        a == b ? 1
        : a.Length < SharedPrefix || b.Length < SharedPrefix ? 0
        : string.CompareOrdinal(a, 0, b, 0, SharedPrefix) == 0 ? 0.85
        : OneSlip(a, b) ? 0.7 : 0;

    public static double Likeness(string word, IEnumerable<string> others) => others.Select(other => Likeness(word, other)).DefaultIfEmpty().Max();

    /// <summary>Plural, -ing, -ed and a final e taken off: closes, closing and closed meet in "clos".</summary>
    public static string Stem(string word)
    {
        word = Numbers.GetValueOrDefault(word, word);
        if (word.Length > 4 && word.EndsWith("ies", StringComparison.Ordinal))
            return word[..^3] + "y";
        if (word.Length > 3 && word[^1] == 's' && word[^2] is not ('s' or 'u' or 'i'))
            word = word[..^1];
        if (word.Length > 5 && word.EndsWith("ing", StringComparison.Ordinal))
            word = Undouble(word[..^3]);
        else if (word.Length > 4 && word.EndsWith("ed", StringComparison.Ordinal))
            word = Undouble(word[..^2]);
        return word.Length > 3 && word[^1] == 'e' ? word[..^1] : word;
    }

    /// <summary>One letter added, left out or replaced, or two neighbours swapped.</summary>
    private static bool OneSlip(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 1)
            return false;
        var same = a.AsSpan().CommonPrefixLength(b);
        var left = a.AsSpan(same);
        var right = b.AsSpan(same);
        return left.Length == right.Length
            ? left[1..].SequenceEqual(right[1..]) || (left.Length > 1 && left[0] == right[1] && left[1] == right[0] && left[2..].SequenceEqual(right[2..]))
            : left.Length > right.Length ? left[1..].SequenceEqual(right) : right[1..].SequenceEqual(left);
    }

    private static string Undouble(string word) =>
        word.Length > 3 && word[^1] == word[^2] && word[^1] is not ('l' or 's' or 'z') ? word[..^1] : word;

    private static string Plain(string word)
    {
        var plain = word.ToLowerInvariant().Replace('’', '\'');
        return plain.IndexOf('\'') is var at and > 0 ? plain[..at] : plain;
    }

    [GeneratedRegex(@"\p{L}[\p{L}\p{N}]*(?:['’]\p{L}+)?|\p{N}+(?:[.:,]\p{N}+)*")]
    private static partial Regex Word();
}
