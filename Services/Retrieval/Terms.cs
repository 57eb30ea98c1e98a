using System.Collections.Frozen;

namespace LlmOps.Retrieval;

/// <summary>The words that BM25 counts: lower case, plural endings off (the S-stemmer: Harman 1991), without function words.</summary>
internal static class Terms
{
    private static readonly FrozenSet<string> Function = FrozenSet.ToFrozenSet([
        "a", "an", "and", "are", "as", "at", "be", "but", "by", "did", "do", "does", "for", "from", "has", "have", "how", "i", "if", "in", "is", "it",
        "its", "of", "on", "or", "that", "the", "their", "them", "then", "there", "these", "they", "this", "to", "was", "were", "what", "when", "where",
        "which", "who", "why", "will", "with", "you", "your"]);

    public static List<string> Of(string text)
    {
        var terms = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[at]))
            {
                at++;
                continue;
            }
            var start = at;
            while (at < text.Length && char.IsLetterOrDigit(text[at]))
                at++;
            var word = text[start..at].ToLowerInvariant();
            if (!Function.Contains(word))
                terms.Add(Stem(word));
        }
        return terms;
    }

    private static string Stem(string word) => word switch
    {
        [.., not ('e' or 'a'), 'i', 'e', 's'] when word.Length > 4 => word[..^3] + "y",
        [.., not ('a' or 'e' or 'o'), 'e', 's'] => word[..^1],
        [.., not ('u' or 's'), 's'] when word.Length > 3 => word[..^1],
        _ => word,
    };
}
