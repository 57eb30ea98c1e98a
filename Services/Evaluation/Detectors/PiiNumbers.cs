namespace LlmOps.Evaluation;

/// <summary>Everything that starts with digits, the surest reading first: cards, social security numbers, dates, phones, ages.</summary>
internal static class PiiNumbers
{
    private const int MostGroups = 8;
    private const int MostDigits = 19;

    internal static void Find(PiiPage page)
    {
        for (var i = 0; i < page.Count; i++)
        {
            if (page.Owner(i) is not null)
                continue;
            if (page.Number(i) && !(page.Glued(i) && page.Word(i - 1)))
                i = Run(page, i) - 1;
            else if (page.Word(i))
                PiiDates.Word(page, i);
        }
    }

    /// <summary>Reads the digits from this token on; answers the token to go on with, always a later one.</summary>
    private static int Run(PiiPage page, int i)
    {
        if (PiiDates.Number(page, i) is var date and > 0)
            return i + date;
        Span<int> groups = stackalloc int[MostGroups];
        var count = Groups(page, i, groups);
        for (var n = count; n > 0; n--)
        {
            var last = groups[n - 1];
            if (!page.Free(i, last))
                continue;
            if (Card(page, i, groups[..n]))
                page.Add(PiiType.CreditCard, i, last);
            else if (Ssn(page, i, groups[..n]))
                page.Add(PiiType.Ssn, i, last);
            else if (PiiPhones.Take(page, i, groups[..n], count) is var end and > 0)
                last = end - 1;
            else
                continue;
            return last + 1;
        }
        PiiDates.Age(page, i);
        // What follows in one run with a number that is nothing may be a date or a card, never a phone: that would be its tail.
        return i + 1;
    }

    /// <summary>The digit groups that one or two joining characters hold together on one line, without a gap before a hyphen's two sides.</summary>
    private static int Groups(PiiPage page, int i, Span<int> groups)
    {
        if (page.Length(i) > MostDigits)
            return 0;
        groups[0] = i;
        var (count, digits) = (1, page.Length(i));
        for (var k = i + 1; count < groups.Length && k < page.Count; k++)
        {
            var marks = 0;
            while (marks < 2 && page.IsKind(k, PiiTokenKind.Mark) && page.Text[page[k].Start] is '-' or '.' or '/' or '(' or ')' or '–')
                (k, marks) = (k + 1, marks + 1);
            if (!page.Number(k) || digits + page.Length(k) > MostDigits || (marks > 0 && page[k].Gap && !page.Mark(k - 1, ')') && !page.Mark(k - 1, '-')) || (marks == 0 && !page[k].Gap))
                break;
            groups[count++] = k;
            digits += page.Length(k);
        }
        return count;
    }

    internal static ReadOnlySpan<char> Digits(PiiPage page, ReadOnlySpan<int> groups, Span<char> into)
    {
        var length = 0;
        foreach (var group in groups)
        {
            page.Of(group).CopyTo(into[length..]);
            length += page.Length(group);
        }
        return into[..length];
    }

    /// <summary>12 to 19 digits with a network's prefix and a Luhn digit, or right after a word for cards.</summary>
    private static bool Card(PiiPage page, int i, ReadOnlySpan<int> groups)
    {
        if (page.Glued(i) && page.Mark(i - 1, '.') && page.Number(i - 2))
            return false; // the digits of a fraction
        var total = 0;
        foreach (var group in groups)
            total += page.Length(group);
        if (total is < 12 or > 19 || (groups.Length > 1 && (groups.Length > 5 || page.Length(i) != 4)))
            return false;
        if (groups.Length > 1 && (page.Mark(i + 1, '.') || page.Mark(i + 1, '/') || page.Mark(i + 1, '(')))
            return false;
        Span<char> digits = stackalloc char[MostDigits];
        var number = Digits(page, groups, digits);
        var cued = Near(page, i, PiiWord.CardCue, 6) && !page.Mark(i - 1, '+');
        return cued || (total >= 13 && PiiChecksum.CardPrefix(number) && PiiChecksum.Luhn(number) && !page.Mark(i - 1, '+') && !Near(page, i, PiiWord.IdCue | PiiWord.PhoneCue, 3));
    }

    private static bool Ssn(PiiPage page, int i, ReadOnlySpan<int> groups)
    {
        if (groups.Length is not (1 or 3) || page.Glued(i) && page.Mark(i - 1, '-'))
            return false;
        Span<char> digits = stackalloc char[MostDigits];
        var number = Digits(page, groups, digits);
        if (!PiiChecksum.Ssn(number))
            return false;
        if (groups.Length == 1)
            return Cued();
        var shaped = page.Length(groups[0]) == 3 && page.Length(groups[1]) == 2;
        return shaped && ((page.Mark(i + 1, '-') && page.Mark(groups[1] + 1, '-') && !Near(page, i, PiiWord.IdCue, 3)) || Cued());

        bool Cued()
        {
            for (var k = i - 1; k >= 0 && k > i - 6; k--)
            {
                if (page.Is(k, "ssn", "social"))
                    return true;
            }
            return false;
        }
    }

    /// <summary>Whether one of the last words before the token, within its sentence, is of the kind; a line end after a colon does not part them.</summary>
    internal static bool Near(PiiPage page, int i, PiiWord kind, int words)
    {
        for (var (k, steps) = (i - 1, 0); k >= 0 && words > 0 && steps < 16; k--, steps++)
        {
            if (page.IsKind(k, PiiTokenKind.Line) && !page.Mark(k - 1, ':') && !(page.IsKind(k - 1, PiiTokenKind.Line) && page.Mark(k - 2, ':')))
                return false;
            if (page.Mark(k, '?') || page.Mark(k, '!') || page.Mark(k, ';') || (page.Mark(k, '.') && page[k + 1].Gap && page.Length(k - 1 < 0 ? k : k - 1) > 3))
                return false;
            if (!page.Word(k))
                continue;
            if (page.Known(k, kind))
                return true;
            words--;
        }
        return false;
    }
}
