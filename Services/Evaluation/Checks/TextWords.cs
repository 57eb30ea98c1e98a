using System.Collections.Frozen;

namespace LlmOps.Evaluation;

/// <param name="Stem">Hash of the word in lower case without its usual endings.</param>
/// <param name="Carrier">It only carries a request: "could you please tell me".</param>
/// <param name="Number">It has a digit: a number, a room, a booking.</param>
internal readonly record struct TextWord(ulong Stem, bool Carrier, bool Number);

/// <summary>The words of a text as they are compared for saying the same.</summary>
internal static class TextWords
{
    private const int Most = 2048; // words of one text that are looked at
    private const int Longest = 64;

    private static readonly FrozenSet<string> Carriers = """
        a about actually all also am an and answer any anyone are as ask asking at be been but by can cheers could dear did do does doing during for from get
        give had has have hello help her here hey hi his how i id if ill im in information into is it its just kindly know let like look looking may me might
        much must my need no not now of on one only or our out please possible question quick really regarding say she should so some somebody someone sorry
        still suggest sure tell than thank thanks that the their them there these they this those to try understand up us very wanna want was we were what whats
        when where whether which while who why will wish with wonder wondering would you your yours
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> IsCarrier = Carriers.GetAlternateLookup<ReadOnlySpan<char>>();

    internal static List<TextWord> Of(ReadOnlySpan<char> text)
    {
        var words = new List<TextWord>();
        Span<char> word = stackalloc char[Longest];
        for (var at = 0; at < text.Length && words.Count < Most;)
        {
            if (!TextTokens.IsPart(text[at]))
            {
                at++;
                continue;
            }
            if (TextTokens.IsEastAsian(text[at]))
            {
                words.Add(new TextWord(Hashing.Of(text[at++]), false, false));
                continue;
            }
            var length = 0;
            for (; at < text.Length && (TextTokens.IsPart(text[at]) || IsApostrophe(text, at)) && !TextTokens.IsEastAsian(text[at]); at++)
            {
                if (length < word.Length && TextTokens.IsPart(text[at]))
                    word[length++] = char.ToLowerInvariant(text[at]);
            }
            var plain = word[..length];
            words.Add(new TextWord(Hashing.Of(Stem(plain)), IsCarrier.Contains(plain), plain.ContainsAnyInRange('0', '9')));
        }
        return words;
    }

    /// <summary>Inside a word, as in don't.</summary>
    private static bool IsApostrophe(ReadOnlySpan<char> text, int at) => text[at] is '\'' or '\u2019' && at + 1 < text.Length && char.IsLetter(text[at + 1]);

    private static ReadOnlySpan<char> Stem(ReadOnlySpan<char> word)
    {
        foreach (var ending in (ReadOnlySpan<string>)["ing", "ed", "es", "s", "e"])
        {
            if (word.Length - ending.Length >= 4 && word.EndsWith(ending))
                return word[..^ending.Length];
        }
        return word;
    }
}
