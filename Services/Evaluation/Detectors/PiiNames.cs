namespace LlmOps.Evaluation;

/// <summary>People, organisations, places, groups and titles: known words first, then capitalised runs by the words around them.</summary>
internal static class PiiNames
{
    private const int MostRun = 6;

    internal static void Find(PiiPage page)
    {
        var german = PiiLanguage.NounsAreCapitalised(page);
        for (var i = 0; i < page.Count; i++)
        {
            if (page.Owner(i) is not null || !page.Word(i) || (page.Glued(i) && (page.Number(i - 1) || page.Mark(i - 1, '@') || page.Mark(i - 1, '#') || page.Mark(i - 1, '_') || page.Mark(i - 1, '/') && page.Glued(i - 1))))
                continue;
            if (PiiJobs.Line(page, i) || PiiKnownNames.Take(page, i) || LowerName(page, i))
                continue;
            if (page[i].Capital)
                i = Run(page, i, german);
        }
        PiiJobs.Find(page);
    }

    /// <summary>Names in lower case: a given name and a surname that are no everyday words, or any words after "my name is".</summary>
    private static bool LowerName(PiiPage page, int i)
    {
        if (page[i].Capital || page.Known(i, PiiWord.Plain | PiiWord.Month | PiiWord.Weekday))
            return false;
        bool Given(int k) => page.Word(k) && page.Known(k, PiiWord.First | PiiWord.Last) && !page.Known(k, PiiWord.Plain | PiiWord.Particle);
        bool Fits(int k) => page.Word(k) && !page[k].Capital && page[k].Gap && !page.Known(k, PiiWord.Plain) && page.Owner(k) is null;
        var told = PiiLanguage.NameCue(page, i) && page.Length(i) > 2 && !page.Known(i, PiiWord.Plain | PiiWord.Job | PiiWord.Nation);
        var single = Given(i) && (page.Known(i, PiiWord.First) && page.Length(i) > 3 && !page.Known(i, PiiWord.Place) || page.Known(i - 1, PiiWord.Kin) || page.Known(i + 1, PiiWord.PersonVerb));
        if (!told && !single && !(Given(i) && Fits(i + 1) && page.Known(i, PiiWord.First) && (Given(i + 1) || PiiLanguage.SurnameShape(page.Of(i + 1)))))
            return false;
        var last = i;
        while (last < i + 3 && Fits(last + 1) && (told || Given(last + 1) || PiiLanguage.SurnameShape(page.Of(last + 1)) || page.Known(i, PiiWord.First)))
            last++;
        page.Add(PiiType.Person, i, last);
        return true;
    }

    /// <summary>Decides about one capitalised run; answers its last token, which is where the search goes on.</summary>
    private static int Run(PiiPage page, int first, bool german)
    {
        var (start, last) = (first, End(page, first));
        var firm = page.Known(last, PiiWord.OrganizationWord | PiiWord.OrganizationSuffix) || page.Mark(last, '.');
        while (first < last && page.SentenceStart(start) && !(firm && last - first < 4 && page.Length(first) > 3 && !page.Known(first, PiiWord.Greeting | PiiWord.Kin | PiiWord.PlaceCue | PiiWord.OrganizationCue) && !page.Is(first, "this", "that", "your", "their", "these", "what", "when", "where", "which", "please", "does", "have")) && page.Known(first, PiiWord.Plain | PiiWord.Greeting | PiiWord.Kin | PiiWord.PlaceCue) && !Named(page, first, last))
            first = Next(page, first);
        if (first > start)
            return first - 1; // once more from there: it may be a known place
        while (last > first && page.Known(last, PiiWord.Weekday | PiiWord.Month | PiiWord.Particle))
            last--;
        if (page.Mark(last + 1, '.') && page.Glued(last + 1) && page.Glued(last + 2) && page.Word(last + 2) && !page[last + 2].Capital)
            return last; // a file or a package, as Node.js
        var partners = Partners(page, first);
        if (partners > 0)
            last = partners;
        var type = partners > 0 ? PiiType.Organization : Type(page, first, last, german);
        if (type is null && first < last && page.Known(first, PiiWord.Plain | PiiWord.Job | PiiWord.Kin) && !page.Known(first, PiiWord.First) && Next(page, first) is var next && next <= last && !page.Known(next, PiiWord.Plain))
        {
            type = Type(page, next, last, german);
            first = next;
        }
        if (type is not null && page.Free(first, last))
            page.Add(type, first, last);
        return Math.Max(first, last);
    }

    /// <summary>A given name that is also a word, before a surname: Mark Twain.</summary>
    private static bool Named(PiiPage page, int first, int last) => page.Known(first, PiiWord.First) && first < last && !page.Known(Next(page, first), PiiWord.Plain);

    private static int Next(PiiPage page, int i) => page.Mark(i + 1, '.') ? i + 2 : i + 1;

    private static string? Type(PiiPage page, int first, int last, bool german)
    {
        var (given, surname, plain, unknown, organization, mixed, acronym, words) = (0, 0, 0, 0, 0, 0, 0, 0);
        for (var i = first; i <= last; i++)
        {
            if (!page.Word(i) || page.Length(i) == 1 || page.Known(i, PiiWord.Particle) && !page[i].Capital)
                continue;
            words++;
            given += page.Known(i, PiiWord.First) ? 1 : 0;
            surname += page.Known(i, PiiWord.Last) || PiiLanguage.SurnameShape(page.Of(i)) ? 1 : 0;
            plain += page.Known(i, PiiWord.Plain) && !page.Known(i, PiiWord.First | PiiWord.Last) ? 1 : 0;
            unknown += (page[i].Known & ~(PiiWord.PhraseStart | PiiWord.Particle)) == PiiWord.None ? 1 : 0;
            organization += i > first && page.Known(i, PiiWord.OrganizationWord) ? 1 : 0;
            mixed += page[i].MixedCase ? 1 : 0;
            acronym += page[i].AllCapital ? 1 : 0;
        }
        if (words == 0)
            return null;
        var suffix = page.Mark(last, '.') ? last - 1 : last;
        if (suffix > first && page.Known(suffix, PiiWord.OrganizationSuffix) && (words > 1 || page.Known(suffix - 1, PiiWord.Plain)))
            return PiiType.Organization;
        if (organization > 0 && plain - organization < words - 1 && !(given > 0 && surname > 0))
            return PiiType.Organization;
        var hyphen = page.Of(first).Contains('-');
        var cue = PiiLanguage.NameCue(page, first);
        if (words == 1 && hyphen && plain == 0 && page.Of(first)[page.Of(first).IndexOf('-') + 1] is var second && char.IsUpper(second) && !page.Known(first, PiiWord.First) && !Everyday(page, first) && !GivenPair(page, first))
            return cue || page.Owner(first - 1) == PiiType.Title ? PiiType.Person : PiiType.Organization;
        if (PiiLanguage.OwnLine(page, first, last) && PiiBlock.Organization(page, first, last))
            return PiiType.Organization;
        if (words > 1 && !german && PiiLanguage.OrganizationContext(page, first, last) && given == 0)
            return PiiType.Organization;
        if (plain == words || (german && given + surname == 0 && !cue))
            return german && unknown == words && PiiLanguage.OrganizationContext(page, first, last) ? PiiType.Organization : null;
        if (cue && words <= 4 && acronym < words + (words > 1 ? 1 : 0))
            return PiiType.Person;
        if (PiiLanguage.Shouted(page, first) && given + surname < words)
            return PlaceCued(page, first) && words <= 3 ? PiiType.Place : null;
        if (PiiLanguage.OwnLine(page, first, last) && PiiBlock.Type(page, first, last, given + surname, words) is { } block)
            return block;
        if (given == 0 && PiiLanguage.OrganizationContext(page, first, last))
            return PiiType.Organization;
        if (given == 0 && mixed == 0 && !(acronym == words && page.Length(first) < 5 && words == 1) && PlaceCued(page, first))
            return surname > 0 && words == 1 && page.Is(first - 1, "from") ? PiiType.Person : plain == 0 || words > 1 ? PiiType.Place : null;
        if (acronym == words && words == 1)
            return null;
        return Person(page, first, last, given, surname, plain, unknown, mixed, words, cue) ? PiiType.Person : null;
    }

    private static bool Person(PiiPage page, int first, int last, int given, int surname, int plain, int unknown, int mixed, int words, bool cue)
    {
        if (words > 4 || (plain > 0 && given == 0) || (given == 0 && Quoted(page, first, last)))
            return false;
        if (cue && plain < words)
            return true;
        if (mixed > 0)
            return given > 0 && words > 1;
        var everyday = page.Known(first, PiiWord.Common);
        if (words > 1)
            return given > 0 && (given + surname > 1 || unknown > 0) || surname > 0 && unknown > 0 || unknown == words && words <= 3 || given + surname == words;
        if (given + surname > 0)
            return !everyday || PiiLanguage.ActsAsPerson(page, last) || (!page.SentenceStart(first) && page[first].Capital && page.Known(first, PiiWord.First | PiiWord.Last) && !page.Is(first - 1, "the", "a", "an", "this"));
        return unknown > 0 && (page.SentenceStart(first) ? PiiLanguage.ActsAsPerson(page, last) : !page.Mark(first - 1, '"') && !page.Mark(first - 1, '“') && !page.Is(first - 1, "a", "an", "your", "our", "my", "use", "using", "install", "run", "on"));
    }

    private static bool Everyday(PiiPage page, int i)
    {
        var word = page.Of(i);
        var hyphen = word.IndexOf('-');
        return hyphen < 2 || ((PiiWords.Of(word[..hyphen]) | PiiWords.Of(word[(hyphen + 1)..])) & PiiWord.Common) != PiiWord.None;
    }

    private static bool GivenPair(PiiPage page, int i)
    {
        var word = page.Of(i);
        var hyphen = word.IndexOf('-');
        return (PiiWords.Of(word[..hyphen]) & PiiWord.First) != PiiWord.None;
    }

    private static bool Quoted(PiiPage page, int first, int last) => (page.Mark(first - 1, '"') && page.Mark(last + 1, '"')) || (page.Mark(first - 1, '“') && page.Mark(last + 1, '”'));

    /// <summary>The last token of "Barnett, Melton and Garcia" where three surnames in a row are one firm: on a line of its own, or before what firms have. 0 where they are not.</summary>
    private static int Partners(PiiPage page, int i)
    {
        bool Surname(int k) => page.Word(k) && page[k].Capital && !page.Known(k, PiiWord.Common) && page.Owner(k) is null;
        if (!Surname(i) || !page.Mark(i + 1, ',') || !Surname(i + 2) || !page.Is(i + 3, "and", "&") || !Surname(i + 4))
            return 0;
        var firm = PiiLanguage.OwnLine(page, i, i + 4) || PiiLanguage.OrganizationContext(page, i, i + 4) || ((page.Is(i + 5, "s") || page.Mark(i + 5, '\'')) && page.Word(i + 6));
        return firm ? i + 4 : 0;
    }

    private static bool PlaceCued(PiiPage page, int i)
    {
        if (page.Is(i - 1, "to") && (page.Known(i - 2, PiiWord.PersonVerb) && !page.Is(i - 2, "flew", "went", "moved", "travels", "travelled", "traveled") || page.Is(i - 2, "sent", "send", "give", "gave", "according", "due", "next", "thanks", "belongs")))
            return false;
        if (page.Known(i - 1, PiiWord.PlaceCue))
            return !(page.Is(i - 1, "from", "by") && page.SentenceStart(i - 1)) || !page.Mark(i - 2, ':');
        return page.Is(i - 1, "the") && page.Is(i - 2, "in") || page.Is(i - 1, "of") && page.Is(i - 2, "city", "town", "village", "state", "county", "region", "stadt") || page.Mark(i - 1, ':') && page.Is(i - 2, "where", "city", "town", "country", "location", "place", "ort", "ville", "ciudad", "città")
            || page.Owner(i - 2) == PiiType.Place && page.Mark(i - 1, ',') || page.Owner(i - 2) == PiiType.ZipCode;
    }

    /// <summary>The last token of the run: capitalised words on one line, initials with a dot, particles between capitalised words.</summary>
    internal static int End(PiiPage page, int first)
    {
        var last = first;
        for (var count = 1; count < MostRun; count++)
        {
            var k = last + 1;
            if (page.Mark(k, '.') && page.Glued(k) && page.Word(last) && page.Length(last) == 1 && page.Word(k + 1) && page[k + 1].Gap)
                k++;
            else if (page.Mark(k, '&') && page.Word(k + 1) && page[k + 1].Capital)
                k++;
            if (!page.Word(k) || page.Owner(k) is not null || !page[k].Gap)
                break;
            if (page.Known(k, PiiWord.OrganizationSuffix) && page[last].Capital && (page[k].Capital || page.Is(k, "inc", "ltd", "llc", "gmbh", "plc")))
            {
                last = page.Mark(k + 1, '.') && page.Glued(k + 1) && page.Is(k, "inc", "ltd", "co", "corp") ? k + 1 : k;
                break;
            }
            if (page.Known(k, PiiWord.Title) && page[k].Capital && (page.Mark(k + 1, '.') || page.Is(k, "mr", "mrs", "ms", "dr", "herr", "frau")))
                break;
            if (page[k].Capital && !page.Known(k, PiiWord.Nation | PiiWord.Weekday))
                last = k;
            else if (page.Known(k, PiiWord.Particle) && !page.Is(k, "i", "e", "y", "la", "le") && Capital(k + 1, out var after))
                last = after;
            else
                break;
        }
        return last;

        bool Capital(int k, out int after)
        {
            after = page.Known(k, PiiWord.Particle) && page.Word(k) && !page[k].Capital ? k + 1 : k;
            return page.Word(after) && page[after].Capital && page[after].Gap && page.Owner(after) is null;
        }
    }
}
