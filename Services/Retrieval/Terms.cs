namespace LlmOps.Retrieval;

/// <summary>The words that BM25 counts: lower case, plural endings off (the S-stemmer: Harman 1991). Function words stay: their frequency already makes them weigh little.</summary>
internal static class Terms
{
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
            terms.Add(Stem(text[start..at].ToLowerInvariant()));
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
