namespace LlmOps.Evaluation;

/// <summary>Street addresses: a house number and a street in either order, boxes and corners, and the parts that follow on the same or the next lines.</summary>
internal static class PiiAddresses
{
    private const int MostParts = 8;
    private const int MostLineTokens = 8;

    internal static void Find(PiiPage page)
    {
        for (var i = 0; i < page.Count; i++)
        {
            if (page.Owner(i) is not null || !(page.Number(i) || page.Word(i)) || (page.Glued(i) && page.Word(i - 1)))
                continue;
            var last = page.Number(i) ? NumberFirst(page, i) : Math.Max(Box(page, i), Math.Max(Corner(page, i), Math.Max(StreetFirst(page, i), Flat(page, i))));
            if (last < i || !page.Free(i, last))
                continue;
            last = Follow(page, last);
            page.Add(PiiType.StreetAddress, i, last);
            i = last;
        }
    }

    /// <summary>12 High Street; 12a Rue de la Gare; 7873 216 Menzies Street; 5570 Kaarikatu 32.</summary>
    private static int NumberFirst(PiiPage page, int i)
    {
        if (page.Length(i) > 5 || Measured(page, i))
            return -1;
        var k = PiiStreets.HouseNumber(page, i);
        for (var more = 0; more < 2 && page.Number(k + 1) && page[k + 1].Gap && page.Length(k + 1) <= 5; more++)
            k = PiiStreets.HouseNumber(page, k + 1);
        if (page.Mark(k + 1, ','))
            k++;
        if (k + 1 >= page.Count || !page[k + 1].Gap || !page.Word(k + 1))
            return -1;
        var words = PiiStreets.Words(page, k + 1, out var marked, out var plain);
        if (marked >= 0 && words >= marked && (words > k + 1 || PiiStreets.Compound(page, k + 1)))
            return House(page, words, plain && page.Known(k + 1, PiiWord.Plain) && !page.Known(marked, PiiWord.Street) ? marked : words);
        if (words > k && !plain && page.Number(words + 1) && page[words + 1].Gap && page.Length(words + 1) <= 5 && !page.Known(words + 2, PiiWord.Unit))
            return PiiStreets.HouseNumber(page, words + 1);
        if (words > k && !plain && PiiStreets.Unit(page, words + 1) > 0)
            return words;
        return Lower(page, k + 1);
    }

    /// <summary>Via Franscini 71; ul. Słowicza 10; Hauptstraße 5; after a preposition or on its own line also Brisas 6802.</summary>
    private static int StreetFirst(PiiPage page, int i)
    {
        if (!page[i].Capital && !page.Known(i, PiiWord.StreetLead))
            return -1;
        if (page.Is(i + 1, "and", "&") && i + 2 < page.Count && page.Word(i + 2) && page[i].Capital && !page.Known(i, PiiWord.Plain) && StreetFirst(page, i + 2) is var second and > 0)
            return second;
        var words = PiiStreets.Words(page, i, out var marked, out var plain);
        if (words < i)
            return -1;
        var comma = page.Mark(words + 1, ',') && page.Number(words + 2) ? 1 : 0;
        var number = words + 1 + comma;
        var numbered = page.Number(number) && page[number].Gap && page.Length(number) <= 5 && !page.Known(number + 1, PiiWord.Unit | PiiWord.Month) && !(page.Glued(number + 1) && (page.Mark(number + 1, ':') || page.Mark(number + 1, '%')));
        var led = page.Known(i, PiiWord.StreetLead) && words > i && (page[i].Capital || page.Mark(i + 1, '.') || numbered);
        if (numbered && (led || (marked > i && (PiiStreets.Strong(page, marked) || !page.Known(marked, PiiWord.Common))) || PiiStreets.Compound(page, i)))
            return PiiStreets.HouseNumber(page, number);
        if (numbered && comma == 0 && !plain && !page[i].AllCapital && page.Length(number) > 1 && !page.Known(i, PiiWord.Month | PiiWord.Weekday) && words - i < 4 && (Placed(page, i) || PiiStreets.Unit(page, number + 1) > 0 || (page.LineStart(i) && page.LineEnd(number))))
            return PiiStreets.HouseNumber(page, number);
        if (marked > i && page[marked].Capital && PiiStreets.Strong(page, marked) && !page.Known(i, PiiWord.Organization))
            return page.Known(i, PiiWord.Plain | PiiWord.First) && !page.Is(i - 1, "on", "at", "in", "to", "of", "along", "near") ? -1 : marked;
        return led && page[i].Capital && !page.Known(i, PiiWord.Particle | PiiWord.Plain | PiiWord.First) && page.Known(i, PiiWord.Street) && !plain ? words : -1;
    }

    /// <summary>P.O. Box 104; PSC 0413, Box 8144; Unit 7349 Box 6067; USS Name before APO, FPO or DPO.</summary>
    private static int Box(PiiPage page, int i)
    {
        if (page.Is(i, "box", "postfach") && page.Number(i + 1))
            return i + 1;
        if (page.Is(i, "p") && page.Mark(i + 1, '.') && page.Is(i + 2, "o") && page.Mark(i + 3, '.') && page.Is(i + 4, "box") && page.Number(i + 5))
            return i + 5;
        if (page.Is(i, "po") && page.Is(i + 1, "box") && page.Number(i + 2))
            return i + 2;
        if (page.Is(i, "psc", "unit", "cmr") && page.Number(i + 1))
        {
            var box = page.Mark(i + 2, ',') ? i + 3 : i + 2;
            return page.Is(box, "box") && page.Number(box + 1) ? box + 1 : -1;
        }
        if (!page.Is(i, "uss", "usns", "usnv", "uscgc", "usv"))
            return -1;
        var line = i + 1;
        while (line < page.Count && line < i + 5 && page.Word(line))
            line++;
        return page.IsKind(line, PiiTokenKind.Line) && page.Is(line + 1, "apo", "fpo", "dpo") ? line - 1 : -1;
    }

    /// <summary>The corner of one street and another.</summary>
    private static int Corner(PiiPage page, int i)
    {
        var start = page.Is(i, "the") ? i + 1 : i;
        if (!page.Is(start, "corner") || !page.Is(start + 1, "of"))
            return -1;
        for (var k = start + 2; k < page.Count && k < start + 10; k++)
        {
            if (page.Is(k, "and", "&"))
                return k + 1 < page.Count && (page.Number(k + 1) || page[k + 1].Capital) ? Side(page, k + 1) : -1;
            if (!page.Word(k) && !page.Number(k) && !page.Mark(k, '.'))
                return -1;
        }
        return -1;

        static int Side(PiiPage page, int k)
        {
            var words = page.Number(k) ? k + 1 : k;
            var last = page.Word(words) ? PiiStreets.Words(page, words, out _, out _) : k;
            return page.Number(last + 1) && page[last + 1].Gap ? last + 1 : Math.Max(last, k);
        }
    }

    private static int Flat(PiiPage page, int i) =>
        PiiStreets.Unit(page, i) is var end and > 0 && (page.Is(i, "apt", "apartment", "flat", "wohnung", "whg") || (page.LineStart(i) && page.LineEnd(end - 1))) ? end - 1 : -1;

    /// <summary>Goes on over flat, place, state, postal code and country: after a comma, a space or on the lines that hold nothing else.</summary>
    private static int Follow(PiiPage page, int last)
    {
        for (var parts = 0; parts < MostParts; parts++)
        {
            var next = last + 1;
            if (page.Mark(next, '.') && PiiStreets.Unit(page, next + 1) > 0)
                next++;
            var (comma, line) = (false, false);
            for (var skipped = 0; skipped < 3 && (page.Mark(next, ',') || page.IsKind(next, PiiTokenKind.Line)); skipped++, next++)
            {
                if (page.IsKind(next, PiiTokenKind.Line) && line)
                    return last;
                comma |= page.Mark(next, ',');
                line |= page.IsKind(next, PiiTokenKind.Line);
            }
            if (next >= page.Count || page.Owner(next) is not null)
                return last;
            var end = line ? Line(page, next) : Part(page, next, comma);
            if (end < next || !page.Free(next, end))
                return last;
            last = end;
        }
        return last;
    }

    /// <summary>A line of only capitalised words, codes and numbers.</summary>
    private static int Line(PiiPage page, int i)
    {
        if (page.Is(i, "apo", "fpo", "dpo") && page.Is(i + 1, "aa", "ae", "ap") && page.Number(i + 2))
            return i + 2;
        var end = i;
        for (; end < page.Count && end - i < MostLineTokens && !page.IsKind(end, PiiTokenKind.Line); end++)
        {
            var fits = page.Number(end) ? page.Length(end) <= 6
                : page.Word(end) ? (page[end].Capital && !(end == i && page.Known(end, PiiWord.Plain | PiiWord.PhoneCue) && !page.Known(end, PiiWord.Place | PiiWord.Secondary | PiiWord.PhraseStart | PiiWord.Street))) || page.Known(end, PiiWord.Secondary | PiiWord.Particle | PiiWord.Place) || Small(page, end)
                : page.Mark(end, ',') || (page.Mark(end, '.') && !(end > i && page.Word(end + 1) && page.Length(end - 1) > 3)) || page.Mark(end, '(') || page.Mark(end, ')') || page.Mark(end, '-') || page.Mark(end, '&');
            if (!fits)
                return end > i && (page.Mark(end, '?') || page.Mark(end, '.') || page.Number(end - 1) || page.Known(end - 1, PiiWord.Place)) ? end - 1 : -1;
        }
        if (!page.IsKind(end, PiiTokenKind.Line) && end < page.Count)
            return -1;
        end--;
        while (end >= i && (page.Mark(end, '.') || page.Mark(end, ',')))
            end--;
        var first = page.Mark(i, '(') ? i + 1 : i;
        return page.Known(first, PiiWord.First) && !page.Known(first, PiiWord.Place) && page.Word(first + 1) && !page.Number(end) ? -1 : end;
    }

    /// <summary>The next part on the same line: a flat, a postal code, a place with what belongs to it.</summary>
    private static int Part(PiiPage page, int i, bool comma)
    {
        if (!page[i].Gap && !comma)
            return -1;
        if (PiiStreets.Unit(page, i) is var unit and > 0)
            return unit - 1;
        if (PiiPostalCodes.Letters(page, i) is var code and > 0)
            return code;
        if (Split(page, i) is var pair and > 0)
            return pair;
        if (page.Number(i))
            return page.Length(i) is >= 4 and <= 6 && !page.Known(i + 1, PiiWord.Unit) && !(page.Glued(i + 1) && page.Mark(i + 1, ':')) ? page.Mark(i + 1, '-') && page.Glued(i + 1) && page.Number(i + 2) ? i + 2 : i : -1;
        var end = i - 1;
        for (var k = i; k < page.Count && k - i < 5 && page.Word(k) && (k == i || page[k].Gap); k++)
        {
            if (PiiPostalCodes.Letters(page, k) > 0)
                break;
            if (page.Known(k, PiiWord.Place) && !page.Known(k, PiiWord.Plain) || page[k].Capital && !page.Known(k, PiiWord.Month | PiiWord.Weekday | PiiWord.Title) && (!page.Known(k, PiiWord.Plain) || page.Known(k, PiiWord.Place | PiiWord.PhraseStart) || page[k].AllCapital && page.Length(k) <= 3))
                end = k;
            else if (!(k > i && Small(page, k) && page.Word(k + 1) && page[k + 1].Capital))
                break;
        }
        if (end >= i && page.Mark(end + 1, '(') && page.Word(end + 2) && page.Mark(end + 3, ')'))
            return end + 3;
        return end;
    }

    /// <summary>The last token of 411 24 or 00-590 before the name of a place; 0 where there is none.</summary>
    private static int Split(PiiPage page, int i)
    {
        var second = page.Mark(i + 1, '-') && page.Glued(i + 1) && page.Glued(i + 2) ? i + 2 : i + 1;
        if (!page.Number(i) || !page.Number(second) || !page.Word(second + 1) || !page[second + 1].Capital || !page[second + 1].Gap)
            return 0;
        return (second == i + 1, page.Length(i), page.Length(second)) is (true, 3, 2) or (false, 2, 3) or (false, 4, 3) ? second : 0;
    }

    /// <summary>Words in lower case inside the names of places.</summary>
    private static bool Small(PiiPage page, int i) =>
        page.Known(i, PiiWord.Particle) || page.Is(i, "v", "u", "nad", "pod", "na", "am", "an", "im", "ob", "bei", "sur", "sous", "lès", "en", "upon", "on", "of", "the");

    private static bool Placed(PiiPage page, int i) =>
        page.Is(i - 1, "on", "at", "address", "adresse", "dirección", "indirizzo", "wohne") || (page.Is(i - 1, "to") && page.Is(i - 2, "sent", "taxi", "card", "address", "one", "deliver", "delivered", "ship", "send", "it"))
        || (page.Is(i - 1, "of") && page.Is(i - 2, "side", "end", "corner")) || (page.Is(i - 1, "is") && page.Is(i - 2, "it", "address")) || (page.Is(i - 1, "in") && page.Is(i - 2, "it's")) || (page.Mark(i - 1, ':') && page.Is(i - 2, "address", "adresse", "dirección", "indirizzo"));

    /// <summary>747 fourth avenue: all in lower case, at most three words before a plain street word.</summary>
    private static int Lower(PiiPage page, int i)
    {
        for (var k = i; k < page.Count && k < i + 4 && page.Word(k) && page[k].Gap; k++)
        {
            if (page.Length(k) < 4 && k == i || page.Is(k, "and", "the", "for", "of", "to", "in", "on", "a", "from", "with"))
                return -1;
            if (k > i && page.Is(k, "street", "road", "avenue", "lane", "drive", "boulevard", "st", "rd", "ave", "blvd"))
                return k;
        }
        return -1;
    }

    private static bool Measured(PiiPage page, int i) =>
        page.Known(i - 1, PiiWord.IdCue) || page.Mark(i - 1, '#') || page.Mark(i - 1, '$') || page.Mark(i - 1, '€') || page.Mark(i - 1, '£')
        || (page.Glued(i) && (page.Mark(i - 1, '.') || page.Mark(i - 1, ':') || page.Mark(i - 1, '-') || page.Mark(i - 1, '/'))) || page.Known(i + 1, PiiWord.Unit | PiiWord.Month);

    private static int House(PiiPage page, int words, int end) => end == words && page.Number(words + 1) && page[words + 1].Gap && page.Length(words + 1) <= 4 && !page.Known(words + 2, PiiWord.Unit) ? PiiStreets.HouseNumber(page, words + 1) : end;
}
