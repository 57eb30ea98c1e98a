namespace LlmOps.Evaluation;

/// <summary>Occupations where the text says that they are somebody's: "works as a", "Anna Nowak, the", a line under a name.</summary>
internal static class PiiJobs
{
    private const int MostWords = 6;

    internal static void Find(PiiPage page)
    {
        for (var i = 0; i < page.Count; i++)
        {
            if (!page.Known(i, PiiWord.Job) || page.Owner(i) is not null)
                continue;
            if (Start(page, i) is var start and >= 0 && page.Free(start, i))
                page.Add(PiiType.Title, start, i);
        }
    }

    /// <summary>Takes a line below a person's name that has an occupation in it and nothing but words.</summary>
    internal static bool Line(PiiPage page, int first)
    {
        if (!page.LineStart(first) || Above(page, first) != PiiType.Person)
            return false;
        var (last, job) = (first, false);
        for (; last < page.Count && last - first < MostWords + 2 && !page.IsKind(last, PiiTokenKind.Line); last++)
        {
            if (page.Owner(last) is not null || !(page.Word(last) || page.Mark(last, ',') || page.Mark(last, '\'')) || page.Known(last, PiiWord.OrganizationSuffix))
                return false;
            job |= page.Known(last, PiiWord.Job) || Occupation(page.Of(last));
        }
        if (!job || !page.LineEnd(last - 1))
            return false;
        page.Add(PiiType.Title, first, last - 1);
        return true;
    }

    private static bool Occupation(ReadOnlySpan<char> word) =>
        word.Length > 7 && (word.EndsWith("ologist", StringComparison.OrdinalIgnoreCase) || word.EndsWith("ographer", StringComparison.OrdinalIgnoreCase) || word.EndsWith("ician", StringComparison.OrdinalIgnoreCase));

    /// <summary>The first token of the occupation that ends here; -1 where nothing says that it is one.</summary>
    private static int Start(PiiPage page, int last)
    {
        for (var k = last; k >= 0 && last - k < MostWords; k--)
        {
            if (page.Owner(k) is not null || !(page.Word(k) || page.Mark(k, ',')))
                return -1;
            if (page.LineStart(k) && page.LineEnd(last) && Above(page, k) == PiiType.Person)
                return k;
            var article = page.Is(k - 1, "a", "an", "the", "als", "comme");
            var before = article ? k - 2 : k - 1;
            if (page.Mark(before, ',') && page.Owner(before - 1) == PiiType.Person && article && page.Mark(last + 1, ','))
                return k;
            if (page.Is(before, "as") && page.Is(before - 1, "work", "works", "worked", "working", "employed", "job") || page.Mark(before, ':') && page.Is(before - 1, "job", "occupation", "profession", "position", "title", "beruf"))
                return k;
        }
        return -1;
    }

    private static string? Above(PiiPage page, int i)
    {
        for (i--; page.IsKind(i, PiiTokenKind.Line) || page.Mark(i, '>'); i--) { }
        return page.Owner(i);
    }
}
