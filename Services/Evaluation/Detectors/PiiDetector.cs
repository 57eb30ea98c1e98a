using System.Text;

namespace LlmOps.Evaluation;

/// <summary>Finds personal data by shape, checksum, cue words and word lists; no model, no network, time linear in the text.</summary>
public static class PiiDetector
{
    private const int PageChars = 16 * 1024;

    /// <summary>Spans in order, without overlap. The score is the certainty of the surest one (1: a fixed format, 0.9: a shape, 0.7: a name); any span flags the text.</summary>
    public static Detection Scan(string text)
    {
        var spans = Spans(text);
        var found = new List<DetectedSpan>(spans.Count);
        var (chars, points) = (0, 0);
        foreach (var span in spans)
            found.Add(new DetectedSpan(PointsTo(span.Start), PointsTo(span.End), span.Type));
        return new Detection(found.Count == 0 ? 0 : found.Max(span => PiiType.Certainty(span.Type)), found.Count > 0, found);

        int PointsTo(int end)
        {
            for (; chars < end; points++)
                chars += char.IsHighSurrogate(text[chars]) && chars + 1 < text.Length && char.IsLowSurrogate(text[chars + 1]) ? 2 : 1;
            return points;
        }
    }

    /// <summary>The text with <c>&lt;TYPE&gt;</c> in the place of every span.</summary>
    public static string Redact(string text)
    {
        var redacted = new StringBuilder(text.Length);
        var kept = 0;
        foreach (var span in Spans(text))
        {
            redacted.Append(text, kept, span.Start - kept).Append('<').Append(span.Type).Append('>');
            kept = span.End;
        }
        return redacted.Append(text, kept, text.Length - kept).ToString();
    }

    /// <summary>Page by page, so that memory stays bounded: a page ends at a blank line, a line or a space where there is one.</summary>
    private static List<PiiSpan> Spans(string text)
    {
        var spans = new List<PiiSpan>();
        for (var start = 0; start < text.Length;)
        {
            var end = PageEnd(text, start);
            var page = new PiiPage(text, start, end);
            PiiFormats.Find(page);
            PiiNumbers.Find(page);
            PiiAddresses.Find(page);
            PiiPostalCodes.Find(page);
            PiiNames.Find(page);
            spans.AddRange(page.Spans());
            start = end;
        }
        return spans;
    }

    private static int PageEnd(string text, int start)
    {
        if (text.Length - start <= PageChars)
            return text.Length;
        var page = text.AsSpan(start, PageChars);
        foreach (var gap in (ReadOnlySpan<string>)["\n\n", "\n", " "])
        {
            if (page.LastIndexOf(gap, StringComparison.Ordinal) is var at && at > PageChars / 2)
                return start + at + gap.Length;
        }
        return start + PageChars - (char.IsHighSurrogate(page[^1]) ? 1 : 0);
    }
}
