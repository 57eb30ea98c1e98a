using System.Globalization;

namespace LlmOps.Evaluation;

/// <summary>Dates in numbers and words, with their time of day, years after a word that calls for one, weekdays; and ages. A time of day alone is none.</summary>
internal static class PiiDates
{
    private const int OldestAge = 120;

    /// <summary>Takes the date that starts with this number; answers how many tokens it has, or 0.</summary>
    internal static int Number(PiiPage page, int i)
    {
        var last = Numeric(page, i);
        if (last < 0)
            last = DayMonth(page, i);
        if (last < 0)
            last = Year(page, i) ? i : -1;
        if (last < 0 || !page.Free(i, last))
            return 0;
        last = Clock(page, last);
        page.Add(PiiType.DateTime, i, last);
        return last - i + 1;
    }

    /// <summary>A weekday, alone or before a date; a month with a day or a year.</summary>
    internal static void Word(PiiPage page, int i)
    {
        if (page.Known(i, PiiWord.Month) && MonthFirst(page, i) is var end and >= 0 && page.Free(i, end))
            page.Add(PiiType.DateTime, i, Clock(page, end));
        else if (page.Known(i, PiiWord.Weekday) && Weekday(page, i))
        {
            var next = page.Mark(i + 1, ',') ? i + 2 : i + 1;
            if (page.Is(next, "the", "den", "le", "el"))
                next++;
            var last = page.Number(next) ? DayMonth(page, next) is var day and >= 0 ? day : Numeric(page, next) : page.Known(next, PiiWord.Month) ? MonthFirst(page, next) : -1;
            page.Add(PiiType.DateTime, i, last < 0 ? i : Clock(page, last));
        }
    }

    /// <summary>Short forms are words of other languages too, so that they need a date or a preposition beside them.</summary>
    private static bool Weekday(PiiPage page, int i) =>
        page.Length(i) > 5 || page.Is(i, "lundi", "mardi", "jeudi", "lunes") || (page[i].Capital && (page.Number(i + 1) || page.Mark(i + 1, ',') || page.Mark(i + 1, '.') || page.Known(i + 1, PiiWord.Month) || page.Is(i - 1, "on", "next", "last", "this", "every", "by", "until")));

    /// <summary>An age is the number only: before years old, ans, Jahre; after aged, turned, I am.</summary>
    internal static void Age(PiiPage page, int i)
    {
        if (Value(page, i) is not (>= 0 and <= OldestAge) || page.Owner(i) is not null || page.Length(i) > 3 || (page.Glued(i) && (page.Mark(i - 1, '.') || page.Mark(i - 1, '$') || page.Mark(i - 1, '€'))))
            return;
        var next = page.Mark(i + 1, '-') ? i + 2 : i + 1;
        var years = (page.Is(next, "year", "years", "yr", "yrs") && (page.Is(next + 1, "old", "of") || page.Mark(next + 1, '-') && page.Is(next + 2, "old")))
            || page.Is(next, "year-old", "years-old", "yo", "yrs-old") || (page.Is(next, "y") && page.Mark(next + 1, '/') && page.Is(next + 2, "o"))
            || (page.Is(next, "Jahre", "Jahren", "anni", "lat", "år", "jaar") && page.Is(next + 1, "alt", "alte", "età", "gammal", "oud", "gammel"))
            || (page.Is(next, "jährige", "jähriger", "jährigen") || page.Is(next, "ans", "años", "anni", "lat") && page.Is(i - 1, "ai", "a", "tengo", "tiene", "ho", "ha", "mam", "ma", "de", "di"))
            || (page.Is(next, "years") && page.Is(i - 1, "aged"));
        if (years || (Announced(page, i) && !page.Known(next, PiiWord.Unit) && !page.Mark(next, '%') && !(page.Glued(next) && (page.Mark(next, ':') || page.Mark(next, '.') || page.Mark(next, '/')) && page.Number(next + 1))))
            page.Add(PiiType.Age, i, i);
    }

    private static bool Announced(PiiPage page, int i)
    {
        if (page.Is(i - 1, "aged", "turned", "turns", "turning") || (page.Is(i - 1, "age") || page.Mark(i - 1, ':') && page.Is(i - 2, "age", "alter", "edad", "âge", "età", "wiek") || page.Is(i - 1, "of", "is") && page.Is(i - 2, "age")))
            return true;
        var ended = i + 1 >= page.Count || page.IsKind(i + 1, PiiTokenKind.Line) || page.Mark(i + 1, ',') || page.Is(i + 1, "and", "but", "now")
            || (page.Mark(i + 1, '.') || page.Mark(i + 1, '!') || page.Mark(i + 1, '?')) && !page.Glued(i + 2);
        var person = page.Is(i - 1, "i'm", "he's", "she's") || (page.Is(i - 1, "am") && page.Is(i - 2, "i")) || (page.Is(i - 1, "was", "is") && page.Is(i - 2, "he", "she"));
        var when = page.Is(i - 1, "was", "were") && page.Is(i - 3, "when", "since") || page.Is(i - 1, "i'm") && page.Is(i - 2, "because", "when");
        return ended && Value(page, i) >= 1 && (person || when);
    }

    private static int Value(PiiPage page, int i) => page.Number(i) && page.Length(i) <= 4 ? int.Parse(page.Of(i), CultureInfo.InvariantCulture) : -1;
    private static bool IsYear(PiiPage page, int i) => page.Length(i) == 4 && Value(page, i) is >= 1900 and < 2100;
    private static bool IsDay(PiiPage page, int i) => page.Length(i) <= 2 && Value(page, i) is >= 1 and <= 31;
    private static bool IsMonth(PiiPage page, int i) => page.Length(i) <= 2 && Value(page, i) is >= 1 and <= 12;

    /// <summary>2024-03-01, 1.3.2024, 3/1/24, 05/2024; day and month after a preposition. The last token, or -1.</summary>
    private static int Numeric(PiiPage page, int i)
    {
        if (!page.Number(i) || page.Length(i) > 4 || i + 2 >= page.Count || !page.Glued(i + 1) || !page.Glued(i + 2) || !page.Number(i + 2) || (page.Glued(i) && page.Text[page[i].Start - 1] is '-' or '.' or '/' or '$' or '€' or '£' or '#'))
            return -1;
        var mark = page.Text[page[i + 1].Start];
        if (mark is not ('-' or '.' or '/'))
            return -1;
        var three = page.Mark(i + 3, mark) && page.Glued(i + 3) && page.Number(i + 4) && page.Glued(i + 4);
        if (!three)
        {
            var after = page.Glued(i + 3) && (page.Number(i + 4) && page.Glued(i + 4) || page.Mark(i + 3, '%') || page.Mark(i + 3, '€') || page.Word(i + 3));
            if (mark == '/' && IsMonth(page, i) && IsYear(page, i + 2) && !after)
                return i + 2;
            var on = page.Is(i - 1, "on", "from", "until", "till", "by", "since", "before", "after", "am", "vom", "bis", "le", "el", "il", "du", "exp", "expires", "expiry");
            return mark == '/' && on && !after && IsDay(page, i) && IsDay(page, i + 2) && (IsMonth(page, i) || IsMonth(page, i + 2)) && !(page.Is(i, "24") && page.Is(i + 2, "7")) ? i + 2 : -1;
        }
        var more = page.Glued(i + 5) && ((page.IsKind(i + 5, PiiTokenKind.Mark) && page.Text[page[i + 5].Start] is '-' or '.' or '/' && page.Number(i + 6) && page.Glued(i + 6)) || (page.Word(i + 5) && !page.Is(i + 5, "T")));
        if (more)
            return -1;
        if (IsYear(page, i) && IsMonth(page, i + 2) && IsDay(page, i + 4))
            return i + 4;
        var pair = (IsDay(page, i) && IsMonth(page, i + 2)) || (IsMonth(page, i) && IsDay(page, i + 2));
        var year = IsYear(page, i + 4) || (page.Length(i + 4) == 2 && (mark == '/' || (page.Length(i) == 2 && page.Length(i + 2) == 2)));
        return pair && year && !page.Is(i - 1, "version", "v", "release", "build") ? i + 4 : -1;
    }

    /// <summary>1 March 2024, 1st of March, 1. März, 3 de marzo de 2024. The last token, or -1.</summary>
    private static int DayMonth(PiiPage page, int i)
    {
        if (!page.Number(i) || !IsDay(page, i) || (page.Glued(i) && page.Text[page[i].Start - 1] is '.' or ':' or '-' or '/'))
            return -1;
        var k = i + 1;
        if (page.Glued(k) && (page.Is(k, "st", "nd", "rd", "th", "er", "º") || page.Mark(k, '.') || page.Mark(k, 'º') || page.Mark(k, '-')))
            k++;
        if (page.Is(k, "of", "de", "day"))
            k++;
        return page.Known(k, PiiWord.Month) && (page[k].Capital || page.Length(k) > 3) ? WithYear(page, k) : -1;
    }

    /// <summary>March 1, 2024; March 1st; March 2024; March alone after in or since. The last token, or -1.</summary>
    private static int MonthFirst(PiiPage page, int i)
    {
        if (!page[i].Capital && !page.Known(i - 1, PiiWord.PlaceCue) && !page.Is(i - 1, "of", "de", "this", "next"))
            return -1;
        var dot = page.Mark(i + 1, '.') && page.Glued(i + 1) && page.Number(i + 2) ? 1 : 0;
        var next = i + 1 + dot;
        if (page.Is(next, "the"))
            next++;
        if (page.Number(next) && IsDay(page, next) && !(page.Glued(next + 1) && (page.Mark(next + 1, ':') || page.Mark(next + 1, '%'))))
        {
            var day = page.Glued(next + 1) && page.Is(next + 1, "st", "nd", "rd", "th") ? next + 1 : next;
            return page.Mark(day + 1, ',') && page.Number(day + 2) && IsYear(page, day + 2) ? day + 2 : page.Number(day + 1) && IsYear(page, day + 1) ? day + 1 : day;
        }
        var last = WithYear(page, i);
        var alone = page[i].Capital && page.Length(i) > 3 && page.Is(i - 1, "in", "since", "until", "by", "im", "en", "of", "next", "last", "this", "early", "late", "mid", "seit", "bis", "depuis", "desde");
        return last > i || (alone && !(page.Word(i + 1) && page[i + 1].Capital && page[i + 1].Gap)) ? last : -1;
    }

    private static int WithYear(PiiPage page, int month)
    {
        var k = month + 1;
        if ((page.Mark(k, ',') || page.Mark(k, '.')) && page.Number(k + 1) || page.Is(k, "of", "de", "del"))
            k++;
        return page.Number(k) && IsYear(page, k) ? k : month;
    }

    /// <summary>A year alone counts where a word before it calls for one.</summary>
    private static bool Year(PiiPage page, int i)
    {
        if (!IsYear(page, i) || page.Glued(i) && !page.Mark(i - 1, '(') || page.Known(i + 1, PiiWord.Unit) || page.Number(i + 1) || (page.Glued(i + 1) && (page.Word(i + 1) || page.Mark(i + 1, '%') || page.Mark(i + 1, '-') || page.Mark(i + 1, '/'))) || (page.Glued(i + 2) && page.Number(i + 2)))
            return false;
        if (page.Mark(i - 1, '(') && (page.Mark(i + 1, ')') || page.Mark(i + 1, ',')))
            return true;
        return page.Is(i - 1, "in", "since", "from", "until", "till", "year", "by", "born", "early", "late", "circa", "im", "seit", "jahr", "en", "depuis", "desde", "nel", "dal", "during", "before", "after", "spring", "summer", "autumn", "fall", "winter")
            || (page.Is(i - 1, "a", "the", "this", "of", "his", "her", "their") && page.Word(i + 1) && !page.Known(i + 1, PiiWord.Unit) && !page.Is(i + 1, "other", "different"));
    }

    /// <summary>The last token of the time of day after a date, with seconds, zone and am or pm; the date's own last token where none follows.</summary>
    private static int Clock(PiiPage page, int last)
    {
        var k = last + 1;
        if (page.Is(k, "at", "T", "um", "à") || (page.Mark(k, ',') && page.Number(k + 1)))
            k++;
        if (!page.Number(k) || page.Length(k) > 2 || Value(page, k) > 24)
            return last;
        var end = k;
        for (var parts = 0; parts < 3 && (page.Mark(end + 1, ':') || (parts == 2 && page.Mark(end + 1, '.'))) && page.Glued(end + 1) && page.Number(end + 2) && page.Glued(end + 2); parts++)
            end += 2;
        var half = page.Is(end + 1, "am", "pm", "uhr", "Z", "UTC", "GMT") ? 1 : 0;
        return end == k && half == 0 ? last : page.Free(last + 1, end + half) ? end + half : last;
    }
}
