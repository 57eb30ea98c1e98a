using System.Text.RegularExpressions;
using System.Xml;

namespace LlmOps.Evaluation;

/// <summary>1 where the answer is well-formed XML 1.0 with one root; else 0. Document types are refused, nothing is fetched. With <c>extract</c>, from the first &lt; to the last &gt;.</summary>
internal sealed class XmlScorer(SuiteScorer settings) : Scorer(settings, threshold: 1)
{
    private static readonly XmlReaderSettings Safe = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    public override Score Score(ScoredCase answered)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(Markup.Of(answered.Output, Settings).Trim()), Safe);
            while (reader.Read())
                continue;
            return Evaluation.Score.Of(1, Threshold, "is well-formed");
        }
        catch (XmlException broken)
        {
            return Evaluation.Score.Of(0, Threshold, $"is no XML: {broken.Message}");
        }
    }
}

/// <summary>1 where the answer's HTML is well-formed: at least one element, each closed in order, but for void elements and those whose end the HTML standard lets one leave out (section 13.1.2); else 0.
/// Whether elements may stand where they stand is not checked.</summary>
internal sealed partial class HtmlScorer(SuiteScorer settings) : Scorer(settings, threshold: 1)
{
    private static readonly HashSet<string> Void = ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
    private static readonly HashSet<string> EndOptional =
        ["html", "head", "body", "li", "dt", "dd", "p", "rt", "rp", "optgroup", "option", "colgroup", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"];
    private static readonly HashSet<string> Raw = ["script", "style", "textarea", "title"];

    public override Score Score(ScoredCase answered) => Fault(Markup.Of(answered.Output, Settings)) is { } fault
        ? Evaluation.Score.Of(0, Threshold, fault)
        : Evaluation.Score.Of(1, Threshold, "is well-formed");

    private static string? Fault(string html)
    {
        var (open, seen) = (new Stack<string>(), false);
        for (var at = html.IndexOf('<', StringComparison.Ordinal); at >= 0; at = at < html.Length ? html.IndexOf('<', at) : -1)
        {
            var tag = Tag().Match(html, at);
            if (!tag.Success || tag.Index != at)
            {
                if (at + 1 < html.Length && (char.IsAsciiLetter(html[at + 1]) || html[at + 1] is '/' or '!'))
                    return $"has a broken tag at character {at + 1}";
                at++; // a lone < is text
                continue;
            }
            at += tag.Length;
            var name = tag.Groups["name"].Value.ToLowerInvariant();
            if (name.Length == 0)
                continue; // a comment or the document type
            seen = true;
            if (tag.Groups["close"].Success)
            {
                while (open.TryPeek(out var inner) && inner != name && EndOptional.Contains(inner))
                    open.Pop();
                if (!open.TryPop(out var top) || top != name)
                    return $"closes {name}, which is not open there";
            }
            else if (!Void.Contains(name) && !tag.Groups["self"].Success)
            {
                open.Push(name);
                if (Raw.Contains(name))
                    at = html.IndexOf($"</{name}", at, StringComparison.OrdinalIgnoreCase) is >= 0 and var end ? end : html.Length;
            }
        }
        if (open.FirstOrDefault(name => !EndOptional.Contains(name)) is { } left)
            return $"never closes {left}";
        return seen ? null : "has no element";
    }

    [GeneratedRegex(
        """\G(<!--(?s:.*?)-->|<![Dd][Oo][Cc][Tt][Yy][Pp][Ee][^>]*>|<(?<close>/)?(?<name>[a-zA-Z][a-zA-Z0-9-]*)(\s+[^\s"'<>/=]+(\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*\s*(?<self>/)?>)""",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Tag();
}

internal static class Markup
{
    internal static string Of(string output, SuiteScorer settings)
    {
        var (first, last) = (output.IndexOf('<', StringComparison.Ordinal), output.LastIndexOf('>'));
        return settings.Extract == true && first >= 0 && last > first ? output[first..(last + 1)] : output;
    }
}
