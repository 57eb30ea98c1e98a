using System.Text.RegularExpressions;

namespace LlmOps.Retrieval;

/// <summary>What chunk sizes count: a word or number, or one other visible character.</summary>
internal static partial class Tokens
{
    public static int Count(string text, (int Start, int End) range) => Token().Count(text.AsSpan(range.Start, range.End - range.Start));

    public static IReadOnlyList<(int Start, int End)> In(string text, (int Start, int End) range)
    {
        var tokens = new List<(int Start, int End)>();
        foreach (var match in Token().EnumerateMatches(text.AsSpan(range.Start, range.End - range.Start)))
            tokens.Add((range.Start + match.Index, range.Start + match.Index + match.Length));
        return tokens;
    }

    [GeneratedRegex(@"[\p{L}\p{N}\p{M}]+|[\uD800-\uDBFF][\uDC00-\uDFFF]|\S")]
    private static partial Regex Token();
}
