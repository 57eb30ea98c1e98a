using System.Text.RegularExpressions;

namespace LlmOps.Inference;

/// <summary>The embedded models' tokenizer: a token is a run of at most eight letters, a run of at most three digits, or one other
/// visible character, together with the white space before it. Pieces joined give the text again.</summary>
public static partial class EmbeddedTokens
{
    public static long Count(string text) => Piece().Count(text);

    public static IEnumerable<string> Split(string text)
    {
        var end = 0;
        foreach (var match in Piece().EnumerateMatches(text).ToRanges())
        {
            yield return text[match];
            end = match.End.Value;
        }
        if (end < text.Length)
            yield return text[end..];
    }

    private static List<Range> ToRanges(this Regex.ValueMatchEnumerator matches)
    {
        var ranges = new List<Range>();
        foreach (var match in matches)
            ranges.Add(match.Index..(match.Index + match.Length));
        return ranges;
    }

    [GeneratedRegex(@"\s*(?:\p{L}{1,8}|\p{N}{1,3}|\S)")]
    private static partial Regex Piece();
}
