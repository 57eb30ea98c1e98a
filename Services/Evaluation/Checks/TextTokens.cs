namespace LlmOps.Evaluation;

/// <summary>A text as hashes of its words: lower case, without punctuation; a sign of a script without spaces is a word of its own.</summary>
internal static class TextTokens
{
    private const int Most = 4096; // words of one text that are looked at
    private const char FirstOfEastAsia = '\u2E80';
    private const char LastOfEastAsia = '\uD7FF';

    internal static List<ulong> Of(ReadOnlySpan<char> text)
    {
        var words = new List<ulong>();
        Span<char> word = stackalloc char[64];
        for (var at = 0; at < text.Length && words.Count < Most;)
        {
            if (!IsPart(text[at]))
            {
                at++;
                continue;
            }
            if (IsEastAsian(text[at]))
            {
                words.Add(Hashing.Of(text[at++]));
                continue;
            }
            var length = 0;
            for (; at < text.Length && IsPart(text[at]) && !IsEastAsian(text[at]); at++)
            {
                if (length < word.Length)
                    word[length++] = char.ToLowerInvariant(text[at]);
            }
            words.Add(Hashing.Of(word[..length]));
        }
        return words;
    }

    internal static bool IsPart(char c) => char.IsLetterOrDigit(c) || char.IsSurrogate(c);

    internal static bool IsEastAsian(char c) => c is >= FirstOfEastAsia and <= LastOfEastAsia;
}
