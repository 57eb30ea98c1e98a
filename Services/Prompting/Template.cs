namespace LlmOps.Prompting;

/// <summary>A template cut into text and placeholders, once. There is no logic in it: a placeholder is replaced by its value, and nothing else happens.</summary>
/// <param name="Segments">In order; a placeholder has a name and keeps what stood there in <c>Text</c>.</param>
public sealed record Template(IReadOnlyList<TemplateSegment> Segments)
{
    private const int MaxName = 128;

    public IEnumerable<string> Names => Segments.Select(segment => segment.Name).OfType<string>().Distinct();

    /// <param name="declared">The names that are placeholders; null makes every bare word in braces one. "context" always is.</param>
    public static Template Parse(string text, IReadOnlyCollection<string>? declared)
    {
        var segments = new List<TemplateSegment>();
        var start = 0;
        for (var at = 0; at < text.Length;)
        {
            if (text[at] != '{' || PlaceholderAt(text, at, declared) is not var (name, length))
            {
                at++;
                continue;
            }
            if (at > start)
                segments.Add(new TemplateSegment(text[start..at], null));
            segments.Add(new TemplateSegment(text.Substring(at, length), name));
            start = at += length;
        }
        if (start < text.Length)
            segments.Add(new TemplateSegment(text[start..], null));
        return new Template(segments);
    }

    /// <summary>Letters, digits and _, not starting with a digit; parts joined by dots.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxName && name.Split('.').All(part => part.Length > 0 && !char.IsAsciiDigit(part[0]) && part.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'));

    private static (string Name, int Length)? PlaceholderAt(string text, int at, IReadOnlyCollection<string>? declared)
    {
        var twice = at + 1 < text.Length && text[at + 1] == '{';
        var from = at + (twice ? 2 : 1);
        var close = from < text.Length ? text.IndexOf('}', from, Math.Min(MaxName + 1, text.Length - from)) : -1;
        if (close < 0 || (twice && (close + 1 >= text.Length || text[close + 1] != '}')))
            return null;
        var name = text[from..close];
        if (!IsName(name) || (name != Rendering.Context && declared?.Contains(name) == false))
            return null;
        return (name, close + (twice ? 2 : 1) - at);
    }
}

public sealed record TemplateSegment(string Text, string? Name);
