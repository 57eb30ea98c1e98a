using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>Content words of a text, lightly stemmed, and its clauses: what lexical entailment is made of.</summary>
internal static partial class Words
{
    private const int Prefix = 5;

    private static readonly (string Suffix, string Instead)[] Suffixes =
        [("ies", "y"), ("fully", ""), ("ly", ""), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", "")];

    private static readonly HashSet<string> Empty = new(
        """
        a about above after again against all also am an and any are as at be because been before being below between both but by can could did do does
        doing down during each else even ever few for from further get gets go had has have having he her here hers him his how i if in into is it its
        itself just like may me might more most much must my no nor not now of off on once only or other our ours out over own same shall she should so
        some such than that the their theirs them then there these they this those through to too under until up us very was we were what when where
        which while who whom why will with would yes you your yours okay ok oh well really please thank thanks yeah yep yup actually although however though
        whether many another around within since
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Stems of the words that carry meaning, in order.</summary>
    internal static List<string> Content(string text) => [.. All(text).Where(IsContent).Select(Stem)];

    /// <summary>Every word in lower case and in order; "it's" is "it", "is n't" is "isn't".</summary>
    internal static IEnumerable<string> All(string text) => Word().Matches(NormalText.Of(Rejoin(text))).Select(match => Uncontracted(match.Value));

    /// <summary>Contractions that a tokenizer took apart: "is n't", "it 's".</summary>
    internal static string Rejoin(string text) => Rejoined().Replace(text, "");

    /// <summary>White space in single characters, line breaks kept: no pattern then takes longer than the text is long.</summary>
    internal static string Tidy(string text) => Runs().Replace(text, match => match.ValueSpan.Contains('\n') ? "\n" : " ");

    internal static bool IsContent(string word) => !Empty.Contains(word) && !word.EndsWith("n't", StringComparison.Ordinal);

    internal static IEnumerable<string> Clauses(string text) => Clause().Split(text).Where(HasContent);

    internal static IEnumerable<string> Sentences(string text) => Sentence().Split(text).Where(HasContent);

    /// <summary>Whether anything in it means something; cheaper than to list what.</summary>
    private static bool HasContent(string text)
    {
        var empty = Empty.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var match in Word().EnumerateMatches(text))
        {
            var word = text.AsSpan(match.Index, match.Length);
            var apostrophe = word.IndexOf('\'');
            if (!empty.Contains(apostrophe > 0 ? word[..apostrophe] : word) && !word.EndsWith("n't", StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>Equal stems, or long words with the same first five letters.</summary>
    internal static bool Same(string a, string b) =>
        a == b || (a.Length >= Prefix && b.Length >= Prefix && !char.IsAsciiDigit(a[0]) && a.AsSpan(0, Prefix).SequenceEqual(b.AsSpan(0, Prefix)));

    /// <summary>A key under which two words are equal exactly when <see cref="Same"/> says so.</summary>
    internal static string Key(string stem) => stem.Length >= Prefix && !char.IsAsciiDigit(stem[0]) ? stem[..Prefix] : stem;

    private static string Uncontracted(string word)
    {
        var apostrophe = word.LastIndexOf('\'');
        return apostrophe > 0 && word[(apostrophe + 1)..] is "s" or "m" or "d" or "re" or "ve" or "ll" ? word[..apostrophe] : word;
    }

    internal static string Stem(string word)
    {
        if (word.Length <= 3 || char.IsAsciiDigit(word[0]))
            return word;
        foreach (var (suffix, instead) in Suffixes)
        {
            if (word.EndsWith(suffix, StringComparison.Ordinal) && word.Length - suffix.Length >= 3 && !(suffix == "s" && word.EndsWith("ss", StringComparison.Ordinal)))
                return (word[..^suffix.Length] + instead).TrimEnd('e');
        }
        return word.TrimEnd('e');
    }

    [GeneratedRegex(@"\s{2,}")]
    private static partial Regex Runs();

    [GeneratedRegex(@"\s+(?=n['\u2019]t\b|['\u2019](s|m|re|ve|ll|d)\b)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Rejoined();

    /// <summary>Numbers, words, and each character of the scripts that put no spaces between words.</summary>
    [GeneratedRegex(@"\d+([.:]\d+)*%?|[\u3040-\u30ff\u3400-\u9fff]|[\p{L}-[\u3040-\u30ff\u3400-\u9fff]][\p{L}\p{M}'-[\u3040-\u30ff\u3400-\u9fff]]*", RegexOptions.ExplicitCapture)]
    private static partial Regex Word();

    [GeneratedRegex(@"(?<=[.!?])\s+|(?<=[。！？])|\n+|;")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"[。！？、，；]|(?<!\d)[.,;:!?]+|[.,;:!?]+(?!\d)|\n+|\b(but|because|so|and)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Clause();
}
