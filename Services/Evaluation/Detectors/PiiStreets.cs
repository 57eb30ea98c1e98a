namespace LlmOps.Evaluation;

/// <summary>The name of a street, the number of a house and of a flat: what addresses are made of.</summary>
internal static class PiiStreets
{
    private const int MostWords = 6;

    private static readonly string[] StreetEndings =
    [
        "str", "strasse", "straße", "straat", "gasse", "weg", "platz", "allee", "damm", "ufer", "gracht", "laan", "kade", "plein", "gade", "gate", "gata", "gatan", "vägen", "vej", "veien", "vegen", "katu", "kuja", "polku",
        "utca", "braut", "gränd", "torget", "promenaden", "stræde",
    ];

    /// <summary>The last token of a street's name: capitalised words, particles, street words in either case; -1 where there is none.</summary>
    /// <param name="marked">The last word that only streets have, or -1.</param>
    /// <param name="plain">Some word of it is an everyday one.</param>
    internal static int Words(PiiPage page, int i, out int marked, out bool plain)
    {
        (marked, plain) = (-1, false);
        var last = i - 1;
        for (var (k, count) = (i, 0); k < page.Count && count < MostWords && page.Owner(k) is null; k++, count++)
        {
            if (count > 0 && !page[k].Gap && !page.Mark(k - 1, '.') || !page.Word(k) && !Ordinal(page, k))
                break;
            var street = page.Known(k, PiiWord.Street) || Compound(page, k) || (count > 0 && page.Is(k, "u") && page.Mark(k + 1, '.'));
            var fits = page[k].Capital || Ordinal(page, k) || (street && (count > 0 || page.Known(k, PiiWord.StreetLead))) || (page.Known(k, PiiWord.StreetLead) && page.Mark(k + 1, '.'))
                || (count > 0 && marked == i && page.Known(i, PiiWord.StreetLead) && page.Number(i - 1) && page.Length(k) > 1 && (!page.Known(k, PiiWord.Common) || page.Known(k, PiiWord.Particle)))
                || (count > 0 && page.Known(k, PiiWord.Particle) && page.Word(k + 1) && (page[k + 1].Capital || page.Known(k + 1, PiiWord.Particle)));
            if (!fits || (count > 0 && Unit(page, k) > 0) || (page.Known(k, PiiWord.Month | PiiWord.Weekday) && count == 0) || (marked > i && page.Known(k, PiiWord.Plain) && !street && !page.Known(k, PiiWord.Particle)))
                break;
            if (Ordinal(page, k))
                k++;
            plain |= page.Known(k, PiiWord.Plain) && !street && !page.Known(k, PiiWord.Particle);
            marked = street || page.Known(k, PiiWord.StreetLead) && count == 0 ? k : marked;
            last = k;
            if (page.Mark(k + 1, '.') && (page.Length(k) <= 5 || street) && !page.Glued(k + 2) && (street || page.Known(k, PiiWord.StreetLead)) && (page.Word(k + 2) || page.Number(k + 2)) && !Sentence(page, k + 2))
                last = ++k;
        }
        return last;
    }

    /// <summary>The last token of 12, 12a, 12/3, 12-14, 19. before a line end.</summary>
    internal static int HouseNumber(PiiPage page, int i)
    {
        if (page.Word(i + 1) && page.Glued(i + 1) && page.Length(i + 1) == 1)
            return i + 1;
        if ((page.Mark(i + 1, '-') || page.Mark(i + 1, '/')) && page.Glued(i + 1) && page.Number(i + 2) && page.Glued(i + 2) && page.Length(i + 2) <= 4)
            return i + 2;
        return page.Mark(i + 1, '.') && page.Glued(i + 1) && !page.LineEnd(i + 1) && (page.Known(i + 2, PiiWord.Secondary) || page.Mark(i + 2, ',')) ? i + 1 : i;
    }

    /// <summary>The token after Apt. 12, Suite 4b; 0 where there is no such part.</summary>
    internal static int Unit(PiiPage page, int i)
    {
        if (!page.Known(i, PiiWord.Secondary) || page.Is(i, "room", "rm"))
            return 0;
        var number = page.Mark(i + 1, '.') || page.Mark(i + 1, '#') ? i + 2 : i + 1;
        return page.Number(number) ? HouseNumber(page, number) + 1 : 0;
    }

    internal static bool Strong(PiiPage page, int i) => page.Is(i, "street", "st", "road", "rd", "avenue", "ave", "lane", "drive", "boulevard", "blvd", "highway", "parkway", "turnpike", "terrace", "strasse", "straße") || Compound(page, i);

    internal static bool Compound(PiiPage page, int i)
    {
        if (!page.Word(i) || page.Length(i) < 6)
            return false;
        foreach (var ending in StreetEndings)
        {
            if (page.Length(i) > ending.Length + 1 && page.Of(i).EndsWith(ending, StringComparison.OrdinalIgnoreCase) && !page.Known(i, PiiWord.Plain))
                return true;
        }
        return false;
    }

    private static bool Sentence(PiiPage page, int i) => page.Known(i, PiiWord.Plain) && page[i].Capital && !page.Known(i, PiiWord.Secondary);
    private static bool Ordinal(PiiPage page, int i) => page.Number(i) && page.Glued(i + 1) && page.Is(i + 1, "st", "nd", "rd", "th");
}
