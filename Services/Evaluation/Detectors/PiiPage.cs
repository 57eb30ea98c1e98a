using System.Globalization;

namespace LlmOps.Evaluation;

internal enum PiiTokenKind : byte { Word, Number, Line, Mark }

/// <summary>A word, a run of digits, a line end or one other character.</summary>
/// <param name="Gap">White space stands before it on the same line.</param>
internal readonly record struct PiiToken(int Start, int End, PiiWord Known, PiiTokenKind Kind, bool Gap, bool Capital, bool AllCapital, bool MixedCase);

/// <summary>A part of the text as tokens, each of which belongs to at most one span.</summary>
internal sealed class PiiPage
{
    private readonly List<PiiToken> tokens = [];
    private readonly List<PiiSpan> spans = [];
    private readonly string?[] owner;

    internal PiiPage(string text, int start, int end)
    {
        (Text, Start, End) = (text, start, end);
        Tokenize();
        owner = new string?[tokens.Count];
    }

    internal string Text { get; }
    internal int Start { get; }
    internal int End { get; }
    internal int Count => tokens.Count;

    internal PiiToken this[int i] => tokens[i];

    /// <summary>The type of the span that has this token; null where it is free, and outside the page.</summary>
    internal string? Owner(int i) => i >= 0 && i < owner.Length ? owner[i] : null;

    internal bool Free(int first, int last)
    {
        for (var i = first; i <= last; i++)
        {
            if (owner[i] is not null)
                return false;
        }
        return true;
    }

    internal ReadOnlySpan<char> Of(int i) => Text.AsSpan(tokens[i].Start, tokens[i].End - tokens[i].Start);
    internal ReadOnlySpan<char> Of(int first, int last) => Text.AsSpan(tokens[first].Start, tokens[last].End - tokens[first].Start);
    internal bool Is(int i, string word) => i >= 0 && i < Count && Of(i).Equals(word, StringComparison.OrdinalIgnoreCase);
    internal bool Is(int i, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (Is(i, word))
                return true;
        }
        return false;
    }

    internal bool Mark(int i, char mark) => i >= 0 && i < Count && tokens[i].Kind == PiiTokenKind.Mark && Text[tokens[i].Start] == mark;
    internal bool Known(int i, PiiWord kind) => i >= 0 && i < Count && (tokens[i].Known & kind) != PiiWord.None;
    internal bool IsKind(int i, PiiTokenKind kind) => i >= 0 && i < Count && tokens[i].Kind == kind;
    internal bool Word(int i) => IsKind(i, PiiTokenKind.Word);
    internal bool Number(int i) => IsKind(i, PiiTokenKind.Number);
    internal bool Glued(int i) => i > 0 && i < Count && !tokens[i].Gap && tokens[i - 1].Kind != PiiTokenKind.Line;

    /// <summary>A word or number that follows without a gap.</summary>
    internal bool Joined(int i) => Glued(i) && tokens[i].Kind is PiiTokenKind.Word or PiiTokenKind.Number;

    internal int Length(int i) => tokens[i].End - tokens[i].Start;

    /// <summary>Nothing but quotation marks of mail stands before it on its line.</summary>
    internal bool LineStart(int i)
    {
        for (i--; i >= 0 && Mark(i, '>'); i--) { }
        return i < 0 || tokens[i].Kind == PiiTokenKind.Line;
    }

    internal bool LineEnd(int i) => i + 1 >= Count || tokens[i + 1].Kind == PiiTokenKind.Line;

    internal bool SentenceStart(int i)
    {
        for (i--; i >= 0 && tokens[i].Kind == PiiTokenKind.Mark && Text[tokens[i].Start] is '"' or '“' or '\'' or '(' or '>' or '*' or '-' or '„' or '«' or '¿' or '¡' or '#' or '|' or '_' or '[' or '`' or '•' or '–' or '—' or '/'; i--) { }
        return i < 0 || tokens[i].Kind == PiiTokenKind.Line || (tokens[i].Kind == PiiTokenKind.Mark && Text[tokens[i].Start] is '.' or '!' or '?' or ':' or ';' or '…');
    }

    internal void Add(string type, int first, int last)
    {
        spans.Add(new PiiSpan(tokens[first].Start, tokens[last].End, type));
        Array.Fill(owner, type, first, last - first + 1);
    }

    /// <summary>Adds a span found in the characters, and takes every token that it touches; false where one is taken.</summary>
    internal bool AddChars(string type, int start, int end)
    {
        var first = At(start);
        var last = At(end - 1);
        if (!Free(first, last))
            return false;
        spans.Add(new PiiSpan(start, end, type));
        Array.Fill(owner, type, first, last - first + 1);
        return true;
    }

    internal List<PiiSpan> Spans()
    {
        spans.Sort((a, b) => a.Start.CompareTo(b.Start));
        return spans;
    }

    /// <summary>The last token that starts at or before the character.</summary>
    internal int At(int position)
    {
        var (low, high) = (0, tokens.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (tokens[middle].Start <= position)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }

    private void Tokenize()
    {
        var gap = false;
        for (var i = Start; i < End;)
        {
            var (from, c) = (i, Text[i]);
            if (c is '\n' or '\r')
            {
                i += c == '\r' && i + 1 < End && Text[i + 1] == '\n' ? 2 : 1;
                tokens.Add(new(from, i, PiiWord.None, PiiTokenKind.Line, gap, false, false, false));
            }
            else if (char.IsWhiteSpace(c))
            {
                (i, gap) = (i + 1, true);
                continue;
            }
            else if (char.IsAsciiDigit(c))
            {
                while (i < End && char.IsAsciiDigit(Text[i]))
                    i++;
                tokens.Add(new(from, i, PiiWord.None, PiiTokenKind.Number, gap, false, false, false));
            }
            else if (char.IsLetter(c))
            {
                i = WordEnd(i);
                tokens.Add(WordToken(from, i, gap));
            }
            else
            {
                i++;
                tokens.Add(new(from, i, PiiWord.None, PiiTokenKind.Mark, gap, false, false, false));
            }
            gap = false;
        }
    }

    private PiiToken WordToken(int from, int end, bool gap)
    {
        var word = Text.AsSpan(from, end - from);
        var (upper, lower, inner) = (0, 0, false);
        for (var i = 0; i < word.Length; i++)
        {
            if (char.IsLower(word[i]))
                lower++;
            else if (char.IsUpper(word[i]))
                (upper, inner) = (upper + 1, inner || (i > 0 && char.IsLower(word[i - 1])));
        }
        var mixed = lower > 0 && (inner || (upper > 1 && char.IsUpper(word[1]))) && !word.StartsWith("Mc", StringComparison.Ordinal) && !word.StartsWith("Mac", StringComparison.Ordinal) && !word.StartsWith("De", StringComparison.Ordinal);
        return new(from, end, Known(Straight(word)), PiiTokenKind.Word, gap, Capital: char.IsUpper(word[0]), AllCapital: upper > 1 && lower == 0, mixed);
    }

    /// <summary>What the lists say of the word; a regular form of an everyday word is one too, and so is what ends as only such words do.</summary>
    private static PiiWord Known(ReadOnlySpan<char> word)
    {
        if (PiiWords.Of(word) is var known && (known != PiiWord.None || word.Length < 5))
            return known;
        foreach (var ending in (ReadOnlySpan<string>)["s", "ed", "er", "es", "d"])
        {
            if (word.EndsWith(ending, StringComparison.Ordinal) && (PiiWords.Of(word[..^ending.Length]) & (PiiWord.Common | PiiWord.Weekday | PiiWord.First | PiiWord.Last)) is PiiWord.Common or PiiWord.Weekday)
                return PiiWord.Common;
        }
        foreach (var ending in (ReadOnlySpan<string>)["tion", "tions", "ness", "ment", "ments", "ally", "ively", "arly", "ously", "izing", "ising", "ability", "ically"])
        {
            if (word.Length > ending.Length + 3 && word.EndsWith(ending, StringComparison.Ordinal))
                return PiiWord.Common;
        }
        return known;
    }

    private static ReadOnlySpan<char> Straight(ReadOnlySpan<char> word) => word.Contains('’') ? word.ToString().Replace('’', '\'') : word;

    /// <summary>Letters and their marks, with hyphens and apostrophes between letters; a possessive s stays outside.</summary>
    private int WordEnd(int i)
    {
        for (i++; i < End; i++)
        {
            var c = Text[i];
            if (char.IsLetter(c) || (c > 127 && CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark))
                continue;
            var joins = c is '-' or '\'' or '’' or '‑' && i + 1 < End && char.IsLetter(Text[i + 1]);
            var possessive = joins && c is '\'' or '’' && Text[i + 1] is 's' or 'S' && (i + 2 >= End || !char.IsLetter(Text[i + 2]));
            if (!joins || (possessive && !(PiiWords.Of(Straight(Text.AsSpan(WordStart(i), i + 2 - WordStart(i)))) is var known && (known & PiiWord.Plain) != PiiWord.None)))
                return i;
        }
        return i;
    }

    private int WordStart(int i)
    {
        var lowest = Math.Max(Start, i - 12); // only "it's" and its like are looked up
        while (i > lowest && char.IsLetter(Text[i - 1]))
            i--;
        return i;
    }
}
