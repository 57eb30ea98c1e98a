namespace LlmOps.Evaluation;

/// <summary>Titles, places, organisations and groups that the word lists know.</summary>
internal static class PiiKnownNames
{
    internal static bool Take(PiiPage page, int i) => Title(page, i) || Phrase(page, i) || Group(page, i);

    /// <summary>Mr. and its like before a name; the name behind it is then a person's, whatever it looks like.</summary>
    private static bool Title(PiiPage page, int i)
    {
        if (!page.Known(i, PiiWord.Title))
            return false;
        var dot = page.Mark(i + 1, '.') && page.Glued(i + 1) ? 1 : 0;
        var name = i + 1 + dot;
        if (!page.Word(name) || !page[name].Gap || page.Owner(name) is not null || (dot == 0 && !page[i].Capital) || (!page[name].Capital && dot == 0) || (!page[name].Capital && page.Known(name, PiiWord.Plain)))
            return false;
        if (page.Known(i, PiiWord.Particle) || (page.Known(i, PiiWord.Plain) && !page.Is(i, "mr", "mrs", "ms", "dr", "miss", "herr", "frau", "señor", "señora", "signor", "signora", "monsieur", "madame")) || (page.Known(name, PiiWord.Plain) && !page.Known(name, PiiWord.First | PiiWord.Last)))
            return false;
        page.Add(PiiType.Title, i, i + dot);
        if (page.Known(name, PiiWord.Title))
            return true;
        page.Add(PiiType.Person, name, page[name].Capital ? PiiNames.End(page, name) : name);
        return true;
    }

    private static bool Group(PiiPage page, int i)
    {
        if (!page.Known(i, PiiWord.Nation) || (!page[i].Capital && (page.Known(i, PiiWord.Common) && !page.Is(i - 1, "am", "is", "are", "i'm") || page.Is(i, "polish", "orthodox", "liberal", "conservative"))))
            return false;
        if (page[i].Capital && page.Word(i + 1) && page[i + 1].Gap && page[i + 1].Capital && (page.Known(i + 1, PiiWord.OrganizationWord | PiiWord.OrganizationSuffix | PiiWord.Last) || page.Known(i, PiiWord.First) && !page.Known(i + 1, PiiWord.Common)))
            return false;
        if (page.Known(i, PiiWord.First) && !page.Known(i - 1, PiiWord.Common))
            return false;
        if (page.Known(i, PiiWord.Place) && page.Known(i - 1, PiiWord.PlaceCue))
            page.Add(PiiType.Place, i, i);
        else
            page.Add(PiiType.Group, i, i);
        return true;
    }

    /// <summary>A place or organisation of the lists, longest first; one that is also a given name needs a cue or stands without a surname.</summary>
    private static bool Phrase(PiiPage page, int i)
    {
        if ((page[i].Known & (PiiWord.PhraseStart | PiiWord.Place | PiiWord.Organization)) == PiiWord.None)
            return false;
        for (var last = Math.Min(page.Count - 1, i + 8); page.Known(i, PiiWord.PhraseStart) && last > i; last--)
        {
            if (page[last].Kind is PiiTokenKind.Line || page.Glued(last + 1) && page.Word(last + 1) || page[last].End - page[i].Start > 40)
                continue;
            var known = PiiWords.Of(page.Of(i, last));
            if ((known & (PiiWord.Place | PiiWord.Organization)) == PiiWord.None || !page.Free(i, last) || (!page[i].Capital && (known & PiiWord.Place) == PiiWord.None))
                continue;
            if ((known & PiiWord.Place) != PiiWord.None && page.Word(last + 1) && page[last + 1].Capital && page.Known(last + 1, PiiWord.OrganizationSuffix | PiiWord.OrganizationWord) && !page.Is(last + 1, "hotel"))
                return false;
            Place(page, i, last, known);
            return true;
        }
        if (!page.Known(i, PiiWord.Place | PiiWord.Organization))
            return false;
        if (!page[i].Capital && (!page.Known(i, PiiWord.Place) || page.Known(i, PiiWord.Plain | PiiWord.First | PiiWord.Last) || page.Length(i) < 4))
            return false;
        var followed = page.Word(i + 1) && page[i + 1].Gap && page[i + 1].Capital && !page.Known(i + 1, PiiWord.Plain | PiiWord.Place | PiiWord.Nation);
        var named = page.Known(i, PiiWord.First | PiiWord.Last) && (PiiLanguage.NameCue(page, i) || (!page.Known(i - 1, PiiWord.PlaceCue) && !page.Is(i - 1, "at") && (followed || page.Owner(i - 1) == PiiType.Person || page.Owner(i - 2) == PiiType.Person)));
        if (named || page.Known(i, PiiWord.Common) && !page.Known(i - 1, PiiWord.PlaceCue | PiiWord.OrganizationCue) && (page.SentenceStart(i) || page.Known(i, PiiWord.Organization)))
            return false;
        if (followed && page.Known(i + 1, PiiWord.OrganizationSuffix | PiiWord.OrganizationWord) || followed && page.Known(i, PiiWord.First) || page.Known(i, PiiWord.Organization) && page[i].AllCapital != page.Of(i).Length <= 4 && page.Known(i, PiiWord.Plain))
            return false;
        Place(page, i, i, page[i].Known);
        return true;
    }

    /// <summary>A postal code that ends the line after a place is the rest of an address, as it is where both stand in one span.</summary>
    private static void Place(PiiPage page, int first, int last, PiiWord known)
    {
        page.Add((known & PiiWord.Place) != PiiWord.None ? PiiType.Place : PiiType.Organization, first, last);
        if (page.LineStart(first) && page.Number(last + 1) && page.Length(last + 1) is >= 3 and <= 6 && page[last + 1].Gap && page.LineEnd(last + 1) && page.Free(last + 1, last + 1))
            page.Add(PiiType.StreetAddress, last + 1, last + 1);
    }
}
