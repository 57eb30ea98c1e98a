using System.Text.RegularExpressions;

namespace LlmOps.Inference;

/// <summary>Text cut into headings and sentences. A list item is a sentence of its own; lines of a paragraph are joined first.</summary>
internal static partial class Sentences
{
    public static IReadOnlyList<string> Of(string text) => [.. Blocks(text).Where(block => !block.Heading).SelectMany(block => Cut(block.Text))];

    public static IEnumerable<string> Headings(string text) => Blocks(text).Where(block => block.Heading).Select(block => block.Text);

    private static IEnumerable<string> Cut(string block) =>
        Boundary().Split(block).Select(sentence => sentence.Trim()).Where(sentence => sentence.Any(char.IsLetterOrDigit));

    private static List<(bool Heading, string Text)> Blocks(string text)
    {
        var blocks = new List<(bool Heading, string Text)>();
        var open = false; // the last block still takes lines
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line.StartsWith('#'))
                blocks.Add((true, line.TrimStart('#').Trim()));
            else if (Item().Match(line) is { Success: true } item)
                blocks.Add((false, line[item.Length..]));
            else if (open && line.Length > 0)
                blocks[^1] = (false, $"{blocks[^1].Text} {line}");
            else if (line.Length > 0)
                blocks.Add((false, line));
            open = line.Length > 0 && line[0] is not ('#' or '|');
        }
        return blocks;
    }

    [GeneratedRegex(@"^(?:[-*•+]|\d{1,2}[.)])\s+")]
    private static partial Regex Item();

    /// <summary>After . ! ? (and a closing quote or bracket), before what can begin a sentence; never after a title or "e.g.".</summary>
    [GeneratedRegex(@"(?<=[.!?…][""”’)\]]?)(?<!\b(?:Mr|Mrs|Ms|Dr|St|No|Nr|approx|e\.g|i\.e|etc|vs)\.)\s+(?=[""“‘(\[]?[\p{Lu}\p{N}])")]
    private static partial Regex Boundary();
}
