namespace LlmOps.Evaluation;

/// <summary>Telephone numbers: international ones by their plus, national ones by a cue or a shape that nothing else has.</summary>
internal static class PiiPhones
{
    private const int FewestDigits = 6;
    private const int MostDigits = 15; // ITU-T E.164

    /// <summary>Takes the groups as a phone where they are one; answers the token after it, or 0.</summary>
    /// <param name="of">How many groups the whole run has.</param>
    internal static int Take(PiiPage page, int i, ReadOnlySpan<int> groups, int of)
    {
        var total = 0;
        foreach (var group in groups)
            total += page.Length(group);
        if (total is < FewestDigits or > MostDigits)
            return 0;
        var opened = page.Mark(i - 1, '(');
        var first = opened ? i - 1 : i;
        var plus = page.Mark(first - 1, '+');
        first = plus ? first - 1 : first;
        var (last, extended) = Extension(page, groups[^1]);
        if (page.Glued(first) && (page.Number(first - 1) || page.Mark(first - 1, '-') && page.Glued(first - 1) || page.Mark(first - 1, '.') && page.Glued(first - 1) || page.Mark(first - 1, '#')) || Money(page, first, last))
            return 0;
        if (!page.Free(first, last) || (page.Glued(last + 1) && page.Word(last + 1)))
            return 0;
        if (!plus && page.Number(first - 1) && page.Owner(first - 1) is null)
            return 0; // the tail of some other number
        var whole = groups.Length == of;
        var cued = PiiNumbers.Near(page, first, PiiWord.PhoneCue, 4) || (!page.Known(last + 1, PiiWord.IdCue) && (page.Known(last + 1, PiiWord.PhoneCue) || (page.Mark(last + 1, '-') || page.Mark(last + 1, '(')) && page.Known(last + 2, PiiWord.PhoneCue)));
        var told = PiiNumbers.Near(page, first, PiiWord.IdCue, 3);
        var phone = plus ? total >= 8
            : !told && (extended || (cued && whole && !Clocks(page, groups) && (page.Mark(first - 1, ':') || !House(page, last))) || (whole || groups.Length > 2) && Shaped(page, groups, total, opened) && !House(page, last) || whole && OwnLine(page, first, last) && groups.Length > 1 && total >= 7);
        if (!phone)
            return 0;
        page.Add(PiiType.Phone, first, last);
        return last + 1;
    }

    private static (int Last, bool Found) Extension(PiiPage page, int last)
    {
        if (page.Is(last + 1, "x", "ext", "durchwahl") && !page.IsKind(last + 2, PiiTokenKind.Line))
        {
            var number = page.Mark(last + 2, '.') ? last + 3 : last + 2;
            if (page.Number(number) && page.Length(number) <= 5)
                return (number, true);
        }
        return (last, false);
    }

    private static bool Money(PiiPage page, int first, int last) =>
        (first > 0 && page.Text[page[first - 1].Start] is '$' or '€' or '£' or '¥' or '#' or '№') || page.Known(last + 1, PiiWord.Unit)
        || page.Mark(last + 1, '%') || page.Mark(last + 1, '€') || page.Mark(last + 1, '$') || page.Mark(last + 1, '£') || page.Is(first - 1, "eur", "usd", "gbp", "chf");

    /// <summary>A number before a capitalised word is that of a house.</summary>
    private static bool House(PiiPage page, int last) => page.Word(last + 1) && page[last + 1].Capital && page[last + 1].Gap
        && (!page.Known(last + 1, PiiWord.Plain) || page.Known(last + 2, PiiWord.Street) || page.Known(last + 3, PiiWord.Street));

    private static bool Clocks(PiiPage page, ReadOnlySpan<int> groups) => page.Mark(groups[^1] + 1, ':') && page.Number(groups[^1] + 2);

    private static bool OwnLine(PiiPage page, int first, int last) => page.LineStart(first) && page.LineEnd(last);

    /// <summary>Shapes that need no cue: 00 and 0 prefixes in groups, (area) number, 3-3-4, 3-4 with a hyphen, four or five pairs.</summary>
    private static bool Shaped(PiiPage page, ReadOnlySpan<int> groups, int total, bool opened)
    {
        if (groups.Length < 2)
            return false;
        var first = page.Of(groups[0]);
        if (opened && page.Mark(groups[0] + 1, ')'))
            return first.Length is >= 2 and <= 5 && total >= 8;
        if (first.StartsWith("00") && total >= 10)
            return true;
        if (first[0] == '0' && total is >= 9 and <= 11 && first.Length is >= 2 and <= 5)
            return true;
        var start = first is "1" or "001" ? 1 : 0;
        if (groups.Length - start == 3 && page.Length(groups[start]) == 3 && page.Length(groups[start + 1]) == 3 && page.Length(groups[start + 2]) == 4)
            return page.Of(groups[start])[0] >= '2';
        if (groups.Length == 2)
            return page.Length(groups[0]) == 3 && page.Length(groups[1]) == 4 && page.Mark(groups[0] + 1, '-');
        if (groups.Length is not (4 or 5))
            return false;
        foreach (var group in groups)
        {
            if (page.Length(group) != 2)
                return false;
        }
        return true;
    }
}
