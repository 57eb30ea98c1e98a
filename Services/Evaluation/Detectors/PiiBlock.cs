namespace LlmOps.Evaluation;

/// <summary>Blocks of lines as in letters and signatures: the name first, then the organisation, the address, the place.</summary>
internal static class PiiBlock
{
    /// <summary>Any line between a person's name or occupation and the address is where they work.</summary>
    internal static bool Organization(PiiPage page, int first, int last) =>
        Line(page, first, -1) is PiiType.Title or PiiType.Person && Line(page, last, 1) == PiiType.StreetAddress && !(page.Known(first, PiiWord.First) && page.Known(last, PiiWord.Last));

    internal static string? Type(PiiPage page, int first, int last, int names, int words)
    {
        if (words > 5)
            return null;
        var (above, below) = (Line(page, first, -1), Line(page, last, 1));
        if (above is null && below is null)
            return null;
        if (above == PiiType.Person && names < words && PlaceBelow(page, last))
            return PiiType.Place;
        if (above is PiiType.StreetAddress or PiiType.Place)
            return names == words && words > 1 ? PiiType.Person : PiiType.Place;
        if (page.Known(last, PiiWord.OrganizationSuffix))
            return PiiType.Organization;
        if (above is PiiType.Person or PiiType.Title && names < words)
            return below is PiiType.StreetAddress or PiiType.Phone or "" ? page.Known(last, PiiWord.Job) ? PiiType.Title : PiiType.Organization : null;
        return words is >= 2 and <= 4 && (names > 0 || below is not null and not PiiType.Place) ? PiiType.Person : null;
    }

    private static bool PlaceBelow(PiiPage page, int last)
    {
        var next = last + 1;
        while (page.IsKind(next, PiiTokenKind.Line) || page.Mark(next, '>'))
            next++;
        return page.Known(next, PiiWord.Place) || (page.Known(next, PiiWord.PhraseStart) && page.Word(next + 1) && (PiiWords.Of(page.Of(next, next + 1)) & PiiWord.Place) != PiiWord.None);
    }

    /// <summary>What the line before or after holds: the type of its first span, "" for text, null where there is none.</summary>
    private static string? Line(PiiPage page, int i, int step)
    {
        while (i >= 0 && i < page.Count && !page.IsKind(i, PiiTokenKind.Line))
            i += step;
        while (page.IsKind(i, PiiTokenKind.Line) || page.Mark(i, '>'))
            i += step;
        return i < 0 || i >= page.Count ? null : page.Owner(i) ?? "";
    }
}
