namespace LlmOps.Evaluation;

/// <summary>What the words around a capitalised run say of it.</summary>
internal static class PiiLanguage
{
    private static readonly string[] SurnameEndings =
    [
        "ová", "ović", "vić", "ević", "ič", "ić", "sson", "sdóttir", "dóttir", "ski", "ska", "cki", "cka", "dzki", "wicz", "escu", "enko", "chuk", "opoulos", "ides", "akis", "nen", "berg", "ström", "quist", "qvist", "lund",
        "gaard", "mann", "stein", "shvili", "yan", "oğlu", "ów", "owa", "ova", "yev", "yeva", "ieva", "etti", "ucci", "elli", "accio", "szky", "ffy", "fy", "ák", "ík", "ček", "ský", "ská", "eira",
    ];

    /// <summary>Whether a word ends as surnames of Europe do: Novotná, Petrović, Karlsson, Wiśniewski.</summary>
    internal static bool SurnameShape(ReadOnlySpan<char> word)
    {
        if (word.Length < 6 || !char.IsLetter(word[0]))
            return false;
        foreach (var ending in SurnameEndings)
        {
            if (word.Length >= ending.Length + 3 && word.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                return (PiiWords.Of(word) & (PiiWord.Plain | PiiWord.Place | PiiWord.Street)) == PiiWord.None;
        }
        return false;
    }

    /// <summary>German capitalises every noun, so that a capital alone says nothing there.</summary>
    internal static bool NounsAreCapitalised(PiiPage page)
    {
        var (german, words) = (0, 0);
        for (var i = 0; i < page.Count && words < 400; i++)
        {
            if (!page.Word(i))
                continue;
            words++;
            german += page.Known(i, PiiWord.Foreign) && page.Is(i, "der", "die", "das", "und", "ist", "ich", "nicht", "ein", "eine", "mein", "meine", "wir", "mit", "für", "auf", "sie", "zu", "haben", "bitte", "im", "auch", "den", "dem") ? 1 : 0;
        }
        return german >= 2 && german * 12 >= words;
    }

    /// <summary>My name is, I am, son, by, a greeting, or a label such as Name: before it.</summary>
    internal static bool NameCue(PiiPage page, int i)
    {
        var before = i - 1;
        if (page.Mark(before, ':') && page.Is(before - 1, "name", "names", "nombre", "nom", "nome", "contact", "guest", "attn", "von", "from", "signed", "customer", "patient", "vorname", "nachname", "surname", "holder"))
            return true;
        if (page.IsKind(before, PiiTokenKind.Line))
        {
            for (before--; page.IsKind(before, PiiTokenKind.Line); before--) { }
            return page.Mark(before, ',') && page.Known(before - 1, PiiWord.Greeting) && !page.Known(before - 1, PiiWord.PersonVerb);
        }
        if (page.Mark(before, ','))
            return page.Is(before - 1, "hi", "hello", "hallo", "regards", "sincerely", "cheers", "grüße");
        if (page.Mark(before, '"') || page.Mark(before, '“'))
            return false;
        if (page.Is(before, "is", "ist", "est", "es", "è", "to") && page.Is(before - 1, "name", "nombre", "nom", "nome", "nickname", "vorname", "nachname", "it") && !(page.Is(before - 1, "it") && !page.Is(before - 2, "change")))
            return true;
        if (page.Is(before, "am", "bin", "soy", "sono", "suis", "jestem") && page.Is(before - 1, "i", "ich", "yo", "io", "je") || page.Is(before, "i'm", "soy"))
            return page.Word(i) && !page.Known(i, PiiWord.Nation | PiiWord.Job) && page[i].Capital && !page.Known(i, PiiWord.Plain);
        if (page.Is(before, "me") && page.Is(before - 1, "call", "calls", "called"))
            return true;
        if (page.Is(before, "is") && page.Is(before - 1, "this", "here") && page[i].Capital)
            return !page.Known(i, PiiWord.Plain);
        if (page.Known(before, PiiWord.Greeting) && page[i].Capital)
            return !page.Is(before, "best", "good", "love");
        return page.Known(before, PiiWord.Kin) && !page.Is(before, "patient", "guest", "love", "contact", "by", "friend", "partner", "name", "says") && page[i].Capital
            || page.Is(before, "name") && page.Is(before - 1, "'s", "partner's", "my", "first", "last", "full") || page.Is(before, "name") && page.Mark(before - 1, '’') || page.Is(before, "name") && page.Is(before - 1, "s")
            || page.Is(before, "by") && page[i].Capital && !page.Known(i, PiiWord.Plain) || page.Is(before, "says") && page[i].Capital || page.Mark(before, '?') && page.Is(before - 1, "name") && page[i].Capital;
    }

    /// <summary>Says, lives, had: what only people do; or a possessive, or a part in a play.</summary>
    internal static bool ActsAsPerson(PiiPage page, int last) =>
        page.Mark(last - 1, ':') && page.Mark(last + 1, ',') && page.Known(last + 2, PiiWord.First | PiiWord.Last) && !page.Known(last + 2, PiiWord.Plain) || page.Known(last + 1, PiiWord.PersonVerb) && !page.Is(last + 1, "works") || page.Is(last + 1, "had") && page.Is(last + 2, "given") || page.Mark(last + 1, ':') && page.LineStart(last)
        || (page.Is(last + 1, "and", "und", "et", "y", "e") && page.Word(last + 2) && page[last + 2].Capital && page.Known(last + 2, PiiWord.First | PiiWord.Last) && !page.Known(last + 2, PiiWord.Plain))
        || (page.Is(last + 1, "and") && page.Word(last + 2) && page[last + 2].Capital && page.Is(last + 3, "were", "are", "have"));

    /// <summary>Works at, CEO of, a founder's company; the X office, website or team.</summary>
    internal static bool OrganizationContext(PiiPage page, int first, int last)
    {
        if (page.Is(last + 1, "office", "website", "team", "employee", "employees", "songwriter", "spokesperson", "spokesman", "spokeswoman", "ceo", "cfo", "headquarters", "subsidiary", "shareholders", "stock", "resignation", "customer", "branch", "staff", "account"))
            return true;
        if (page.Owner(first - 2) == PiiType.Person && page.Is(first - 1, "from", "of", "at"))
            return true;
        if (page.Is(last + 1, "'s", "s") || page.Mark(last + 1, '\'') && page.Is(last + 2, "s"))
        {
            var owned = page.Is(last + 1, "'s", "s") ? last + 2 : last + 3;
            if (page.Is(owned, "website", "office", "ceo", "customers", "employees", "headquarters", "products"))
                return true;
        }
        if (page.Is(last + 1, "is") && page.Is(last + 2, "the", "a", "an") && page.Is(last + 3, "brainchild", "company", "startup", "start-up", "firm", "bank", "brand", "corporation", "subsidiary"))
            return true;
        var before = page.Is(first - 1, "the") ? first - 2 : first - 1;
        if (page.Known(before, PiiWord.OrganizationCue))
            return page.Is(before, "company", "employer", "firm", "joined", "joining", "founded", "acquired")
                || page.Is(before, "for", "with", "at") && page.Is(before - 1, "work", "works", "working", "worked", "job", "employed", "intern", "interned", "engineer", "manager", "director", "meet", "we'll")
                || page.Is(before, "of") && page.Is(before - 1, "ceo", "cfo", "cto", "founder", "head", "president", "director", "owner", "employee", "chairman", "member")
                || page.Is(before, "at") && page.Owner(before - 1) == PiiType.DateTime;
        return page.Is(before, "bei") && page.Is(before - 1, "arbeite", "arbeitet", "arbeiten") || page.Is(before, "chez") && page.Is(before - 1, "travaille") || page.Is(before, "en", "para") && page.Is(before - 1, "trabajo", "trabaja") || page.Is(before, "per") && page.Is(before - 1, "lavoro", "lavora");
    }

    internal static bool OwnLine(PiiPage page, int first, int last) => page.LineStart(first) && (page.LineEnd(last) || (page.Mark(last + 1, ',') && page.LineEnd(last + 1)));

    /// <summary>Most words around it are in capitals, so that capitals say nothing.</summary>
    internal static bool Shouted(PiiPage page, int i)
    {
        if (!page[i].AllCapital)
            return false;
        var (capital, lower) = (0, 0);
        for (var k = Math.Max(0, i - 6); k < page.Count && k <= i + 6; k++)
        {
            capital += page[k].AllCapital && page.Known(k, PiiWord.Plain) ? 1 : 0;
            lower += page.Word(k) && !page[k].Capital ? 1 : 0;
        }
        return capital > 1 && capital > lower;
    }
}
