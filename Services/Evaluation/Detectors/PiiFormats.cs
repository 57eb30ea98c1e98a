using System.Buffers;
using System.Net;

namespace LlmOps.Evaluation;

/// <summary>Formats that stand by themselves: web addresses, e-mail addresses, IP addresses and bank accounts. Every look to the side is bounded.</summary>
internal static class PiiFormats
{
    private const int LongestLocalPart = 64;
    private const int LongestHost = 253;
    private const int LongestUrl = 2000;
    private const int LongestIban = 34;

    private static readonly SearchValues<char> UrlEnd = SearchValues.Create(" \t\r\n\"<>|\\^`{}»”“\u00a0");

    private static readonly HashSet<string> TopLevel =
    [
        .. """
        com org net edu gov mil int info biz name pro io ai app dev co me tv cc eu uk us ca au nz ie de at ch fr be nl lu it es pt pl cz sk hu ro bg gr cy mt si hr rs ba me mk al se no dk fi is ee lv lt
        ru ua by tr il ae sa eg za ng ke ma tn in pk bd lk cn jp kr tw hk sg my th vn id ph br ar cl mx pe uy online shop store site xyz cloud tech blog hotel travel agency email example
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
    ];

    internal static void Find(PiiPage page)
    {
        for (var i = 0; i < page.Count; i++)
        {
            if (page.Owner(i) is not null)
                continue;
            if (page.IsKind(i, PiiTokenKind.Mark))
                Mark(page, i);
            else if (page.Word(i) && (i == 0 || !page.Glued(i) || !page.Number(i - 1)))
                Word(page, i);
            else if (page.Number(i))
                Ip4(page, i);
        }
    }

    private static void Mark(PiiPage page, int i)
    {
        switch (page.Text[page[i].Start])
        {
            case '@':
                Email(page, page[i].Start);
                break;
            case ':' when page.Mark(i + 1, '/') && page.Mark(i + 2, '/') && page.Word(i - 1):
                Url(page, page[i - 1].Start, page[i + 2].End);
                break;
            case ':' when !page.Mark(i - 1, ':') && (page.Mark(i + 1, ':') || page.Word(i + 1) || page.Number(i + 1)):
                Ip6(page, page[i].Start);
                break;
            case '.' when page.Word(i + 1) && page.Glued(i) && page.Glued(i + 1):
                Host(page, i);
                break;
        }
    }

    private static void Word(PiiPage page, int i)
    {
        var country = page.Of(i);
        if (country.Length == 2 && char.IsAsciiLetter(country[0]) && char.IsAsciiLetter(country[1]) && page.Number(i + 1) && page.Glued(i + 1) && page.Length(i + 1) >= 2)
            Iban(page, i);
    }

    private static void Email(PiiPage page, int at)
    {
        var (start, end, lowest, highest) = (at, at + 1, Math.Max(page.Start, at - LongestLocalPart), Math.Min(page.End, at + LongestHost));
        while (start > lowest && (char.IsLetterOrDigit(page.Text[start - 1]) || page.Text[start - 1] is '.' or '_' or '%' or '+' or '-' or '\''))
            start--;
        while (end < highest && (char.IsLetterOrDigit(page.Text[end]) || page.Text[end] is '.' or '-'))
            end++;
        while (start < at && page.Text[start] is '.' or '\'' or '-')
            start++;
        while (end > at && page.Text[end - 1] is '.' or '-')
            end--;
        var host = page.Text.AsSpan(at + 1, Math.Max(0, end - at - 1));
        var dot = host.LastIndexOf('.');
        if (start < at && dot > 0 && host.Length - dot > 2 && !host[(dot + 1)..].ContainsAnyInRange('0', '9'))
            page.AddChars(PiiType.Email, start, end);
    }

    private static void Url(PiiPage page, int start, int after)
    {
        if (!page.Text.AsSpan(start, after - start - 3).Equals("http", StringComparison.OrdinalIgnoreCase) && !page.Text.AsSpan(start, after - start - 3).Equals("https", StringComparison.OrdinalIgnoreCase)
            && !page.Text.AsSpan(start, after - start - 3).Equals("ftp", StringComparison.OrdinalIgnoreCase))
            return;
        var end = UrlStop(page, after);
        if (end > after)
            page.AddChars(PiiType.Domain, start, end);
    }

    /// <summary>A host without a scheme: www., or a known top-level domain in lower case after a label that is no common word.</summary>
    private static void Host(PiiPage page, int dot)
    {
        var first = dot - 1;
        while (first > 0 && dot - first < 12 && page.Glued(first) && (page.Word(first - 1) || page.Number(first - 1) || page.Mark(first - 1, '.') || page.Mark(first - 1, '-')))
            first--;
        while (first < dot && page.IsKind(first, PiiTokenKind.Mark))
            first++;
        var last = dot + 1;
        while (last - dot < 12 && last + 2 < page.Count && page.Mark(last + 1, '.') && page.Glued(last + 1) && page.Word(last + 2) && page.Glued(last + 2))
            last += 2;
        if (first >= dot || !page.Free(first, last) || page.Mark(first - 1, '@') || page.Mark(last + 1, '@') || (page.Glued(last + 1) && (page.Number(last + 1) || page.Mark(last + 1, '('))))
            return;
        var top = page.Of(last).ToString();
        var named = page.Is(first, "www") || (TopLevel.Contains(top) && (last - first > 2 || !page.Known(first, PiiWord.Plain) || top is "com" or "org" or "net") && page.Length(last - 2) > 1);
        if (named)
            page.AddChars(PiiType.Domain, page[first].Start, page.Glued(last + 1) && page.Mark(last + 1, '/') ? UrlStop(page, page[last].End) : page[last].End);
    }

    private static int UrlStop(PiiPage page, int after)
    {
        var rest = page.Text.AsSpan(after, Math.Min(LongestUrl, page.End - after));
        var end = rest.IndexOfAny(UrlEnd) is var stop and >= 0 ? stop : rest.Length;
        while (end > 0 && rest[end - 1] is '.' or ',' or ';' or ':' or '!' or '?' or ')' or ']' or '\'' or '*')
            end--;
        return after + end;
    }

    private static void Ip4(PiiPage page, int i)
    {
        if (i + 6 >= page.Count || (page.Glued(i) && (page.Mark(i - 1, '.') || page.Word(i - 1))) || page.Is(i - 1, "version", "v", "release", "build", "section", "chapter", "firmware"))
            return;
        for (var k = 0; k < 7; k++)
        {
            if ((k > 0 && page[i + k].Gap) || (k % 2 == 0 ? !page.Number(i + k) || page.Length(i + k) > 3 || int.Parse(page.Of(i + k)) > 255 : !page.Mark(i + k, '.')))
                return;
        }
        var more = page.Glued(i + 7) && (page.Word(i + 7) || (page.Mark(i + 7, '.') && page.Glued(i + 8) && page.Number(i + 8)));
        if (!more && page.Free(i, i + 6))
            page.Add(PiiType.Ip, i, i + 6);
    }

    private static void Ip6(PiiPage page, int colon)
    {
        var (start, end, lowest, highest) = (colon, colon + 1, Math.Max(page.Start, colon - 5), Math.Min(page.End, colon + 45));
        while (start > lowest && char.IsAsciiHexDigit(page.Text[start - 1]))
            start--;
        while (end < highest && (char.IsAsciiHexDigit(page.Text[end]) || page.Text[end] is ':' or '.'))
            end++;
        while (end > colon + 1 && (page.Text[end - 1] is '.' || (page.Text[end - 1] is ':' && page.Text[end - 2] is not ':')))
            end--;
        var address = page.Text.AsSpan(start, end - start);
        var alone = (start == page.Start || !char.IsLetterOrDigit(page.Text[start - 1])) && (end == page.End || !char.IsLetterOrDigit(page.Text[end]));
        var long6 = address.Count(':') == 7 || (address.IndexOf("::", StringComparison.Ordinal) >= 0 && address.Length >= 3 && address.ContainsAnyInRange('0', '9'));
        if (alone && long6 && IPAddress.TryParse(address, out var parsed) && parsed.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6)
            page.AddChars(PiiType.Ip, start, end);
    }

    /// <summary>Country, check digits and account, with or without gaps between the groups; a wrong checksum counts only after the word IBAN.</summary>
    private static void Iban(PiiPage page, int i)
    {
        if (PiiChecksum.IbanLength(page.Of(i).ToString().ToUpperInvariant()) is not { } length)
            return;
        Span<char> iban = stackalloc char[LongestIban];
        var (count, at) = (0, page[i].Start);
        for (; at < page.End && count < length; at++)
        {
            var c = page.Text[at];
            if (char.IsAsciiLetterOrDigit(c))
                iban[count++] = c;
            else if (c is not (' ' or '-' or '\u00a0') || !char.IsAsciiLetterOrDigit(page.Text[at - 1]))
                break;
        }
        if (count == length && (at == page.End || !char.IsLetterOrDigit(page.Text[at])) && (PiiChecksum.Iban(iban[..count]) || page.Is(i - 1, "iban") || page.Is(i - 2, "iban")))
            page.AddChars(PiiType.Iban, page[i].Start, at);
    }
}
