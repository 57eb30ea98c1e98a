using System.Text.RegularExpressions;

namespace LlmOps.Retrieval;

/// <summary>Where the sections, paragraphs and sentences of a text lie. Every range starts and ends with a visible character.</summary>
internal static partial class Pieces
{
    /// <summary>Each section is its paragraphs, the heading first; headings without text of their own stay with the section that follows.</summary>
    public static IReadOnlyList<IReadOnlyList<(int Start, int End)>> Sections(string text)
    {
        var sections = new List<List<(int Start, int End)>>();
        var headed = false; // the last section is headings only so far
        foreach (var range in Paragraphs(text))
        {
            var heading = text[range.Start] == '#';
            if (sections.Count == 0 || (heading && !headed))
                sections.Add([]);
            sections[^1].Add(range);
            headed = heading;
        }
        return sections;
    }

    public static IEnumerable<(int Start, int End)> Sentences(string text, (int Start, int End) within)
    {
        var start = within.Start;
        foreach (var boundary in Boundary().EnumerateMatches(text.AsSpan(within.Start, within.End - within.Start)).Starts())
        {
            if (Trim(text, start, within.Start + boundary) is { } sentence)
                yield return sentence;
            start = within.Start + boundary;
        }
        if (Trim(text, start, within.End) is { } last)
            yield return last;
    }

    /// <summary>Blank lines part paragraphs; a heading is a paragraph of its own.</summary>
    private static IEnumerable<(int Start, int End)> Paragraphs(string text)
    {
        int start = 0, at = 0;
        while (at < text.Length)
        {
            var end = text.IndexOf('\n', at) is var newline and >= 0 ? newline + 1 : text.Length;
            var line = text.AsSpan(at, end - at).Trim();
            if (line.IsEmpty || line[0] == '#')
            {
                if (Trim(text, start, at) is { } paragraph)
                    yield return paragraph;
                if (Trim(text, at, end) is { } heading)
                    yield return heading;
                start = end;
            }
            at = end;
        }
        if (Trim(text, start, text.Length) is { } last)
            yield return last;
    }

    private static (int Start, int End)? Trim(string text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
            start++;
        while (end > start && char.IsWhiteSpace(text[end - 1]))
            end--;
        return start < end ? (start, end) : null;
    }

    private static List<int> Starts(this Regex.ValueMatchEnumerator matches)
    {
        var starts = new List<int>();
        foreach (var match in matches)
            starts.Add(match.Index);
        return starts;
    }

    /// <summary>After . ! ? before what can begin a sentence (never after a title or "e.g."), at blank lines, and before headings and list items.</summary>
    [GeneratedRegex(@"(?<=[.!?…][""”’)\]]?)(?<!\b(?:Mr|Mrs|Ms|Dr|St|No|Nr|approx|e\.g|i\.e|etc|vs)\.)\s+(?=[""“‘(\[]?[\p{Lu}\p{N}])|\n\s*\n|\n(?=[ \t]*(?:[-*•+]|\d{1,2}[.)]|#+)\s)|(?<=(?:^|\n)#[^\n]*)\n")]
    private static partial Regex Boundary();
}
