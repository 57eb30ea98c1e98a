namespace LlmOps.Evaluation;

/// <summary>Postal codes: after a word that announces one, or in the shapes of the United Kingdom, Canada and ZIP+4.</summary>
internal static class PiiPostalCodes
{
    internal static void Find(PiiPage page)
    {
        for (var i = 0; i < page.Count; i++)
        {
            if (page.Owner(i) is null && (page.Number(i) || page.Word(i)))
                Code(page, i);
        }
    }

    private static void Code(PiiPage page, int i)
    {
        if (Cue(page, i) is var code and > 0 && Any(page, code) is var last and >= 0 && page.Free(code, last))
            page.Add(PiiType.ZipCode, code, last);
        else if (page.Word(i) && Letters(page, i) is var end and > 0 && page.Free(i, end))
            page.Add(PiiType.ZipCode, i, end);
        else if (page.Number(i) && page.Length(i) == 5 && page.Mark(i + 1, '-') && page.Glued(i + 1) && page.Glued(i + 2) && page.Number(i + 2) && page.Length(i + 2) == 4
            && !page.Joined(i + 3) && !(page.Glued(i) && page.Mark(i - 1, '-')) && !PiiNumbers.Near(page, i, PiiWord.IdCue, 3))
            page.Add(PiiType.ZipCode, i, i + 2);
    }

    /// <summary>The token that the cue announces; 0 where there is no cue.</summary>
    private static int Cue(PiiPage page, int i)
    {
        if (!page.Word(i))
            return 0;
        var next = page.Is(i, "zip", "postal") && page.Is(i + 1, "code", "codes") ? i + 2
            : page.Is(i, "zipcode", "zip", "postcode", "plz", "postleitzahl", "cap", "cep") ? i + 1
            : page.Is(i, "code", "código", "codice", "kod") && page.Is(i + 1, "postal", "postale", "pocztowy") ? i + 2 : 0;
        if (next == 0)
            return 0;
        for (var skipped = 0; skipped < 3 && (page.Mark(next, ':') || page.Is(next, "is", "ist", "est", "es", "è", "to", "number", "nr", "was")); skipped++)
            next++;
        return next < page.Count ? next : 0;
    }

    /// <summary>The last token of 3 to 10 letters and digits, in up to two parts, of which at least two are digits; -1 where it is none.</summary>
    private static int Any(PiiPage page, int i)
    {
        if (Letters(page, i) is var end and > 0)
            return end;
        if (!page.Number(i) || page.Length(i) is < 2 or > 7)
            return -1;
        if ((page.Mark(i + 1, '-') && page.Glued(i + 1) && page.Number(i + 2) && page.Glued(i + 2) && page.Length(i + 2) <= 4) || (page.Number(i + 1) && page.Length(i) == 3 && page.Length(i + 1) == 2 && page[i + 1].Gap))
            return page.Number(i + 1) ? i + 1 : i + 2;
        if (page.Word(i + 1) && page[i + 1].AllCapital && page.Length(i + 1) == 2 && page.Length(i) == 4)
            return i + 1; // Netherlands
        return page.Length(i) >= 3 ? i : -1;
    }

    /// <summary>The last token of a British (SW1A 1AA) or Canadian (K1A 0B1) code that starts here; 0 where there is none.</summary>
    internal static int Letters(PiiPage page, int i)
    {
        if (!page.Word(i) || page.Length(i) > 2 || !page[i].Capital || !char.IsAsciiLetterUpper(page.Of(i)[^1]) || !page.Number(i + 1) || !page.Glued(i + 1) || page.Length(i + 1) > 2 || page.Glued(i))
            return 0;
        var k = i + 2;
        var letter = page.Word(k) && page.Glued(k) && page.Length(k) == 1 && char.IsAsciiLetterUpper(page.Of(k)[0]);
        if (letter)
            k++;
        if (page.Mark(k, '-') && letter)
            k++;
        if (!page.Number(k) || page.Length(k) != 1 || !page.Word(k + 1) || !page.Glued(k + 1) || !char.IsAsciiLetterUpper(page.Of(k + 1)[0]))
            return 0;
        if (page.Length(k + 1) == 2 && page[k].Gap && page[k + 1].AllCapital && !page.Joined(k + 2))
            return k + 1;
        return letter && page.Length(i) == 1 && page.Length(i + 1) == 1 && page.Length(k + 1) == 1 && page.Number(k + 2) && page.Glued(k + 2) && page.Length(k + 2) == 1 && !page.Joined(k + 3) ? k + 2 : 0;
    }
}
