using System.Text.RegularExpressions;
using DiffPlex;

namespace LlmOps.Prompting;

/// <summary>Aligns lines by the best total similarity, so that one deleted line leaves the lines behind it equal to themselves;
/// inside a changed line, words are compared.</summary>
public static partial class LineDiff
{
    private const double Alike = 0.5; // below, two lines are one removed and one added
    private const int MaxPairs = 250_000; // beyond, only equal lines are aligned

    public static IReadOnlyList<DiffLine> Between(string from, string to)
    {
        var (old, @new) = (Lines(from), Lines(to));
        var head = 0;
        while (head < old.Length && head < @new.Length && old[head] == @new[head])
            head++;
        var tail = 0;
        while (tail < old.Length - head && tail < @new.Length - head && old[^(tail + 1)] == @new[^(tail + 1)])
            tail++;

        var lines = new List<DiffLine>();
        for (var i = 0; i < head; i++)
            lines.Add(Line(i, i));
        foreach (var (a, b) in Aligned(old[head..^tail], @new[head..^tail]))
            lines.Add(Line(a + head, b + head));
        for (var i = tail; i > 0; i--)
            lines.Add(Line(old.Length - i, @new.Length - i));
        return lines;

        DiffLine Line(int? a, int? b) => (a, b) switch
        {
            ({ } x, { } y) when old[x] == @new[y] => new DiffLine(DiffKind.Same, x + 1, y + 1, Visible(old[x], SpanKind.Same), Visible(@new[y], SpanKind.Same)),
            ({ } x, { } y) => Words(x + 1, y + 1, old[x], @new[y]),
            ({ } x, null) => new DiffLine(DiffKind.Removed, x + 1, null, Visible(old[x], SpanKind.Changed), []),
            (null, { } y) => new DiffLine(DiffKind.Added, null, y + 1, [], Visible(@new[y], SpanKind.Changed)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Needleman and Wunsch's alignment: a pair scores its similarity, a gap nothing.</summary>
    private static List<(int? Old, int? New)> Aligned(string[] old, string[] @new)
    {
        if ((long)old.Length * @new.Length > MaxPairs)
            return EqualOnly(old, @new);
        var (oldWords, newWords) = (Array.ConvertAll(old, Bag), Array.ConvertAll(@new, Bag));
        var score = new double[old.Length + 1, @new.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = @new.Length - 1; j >= 0; j--)
                score[i, j] = Math.Max(Math.Max(score[i + 1, j], score[i, j + 1]), score[i + 1, j + 1] + Pair(i, j));
        }

        var pairs = new List<(int?, int?)>();
        var (a, b) = (0, 0);
        while (a < old.Length || b < @new.Length)
        {
            if (a < old.Length && b < @new.Length && Pair(a, b) is > 0 and var pair && score[a, b] == score[a + 1, b + 1] + pair)
                pairs.Add((a++, b++));
            else if (a < old.Length && (b == @new.Length || score[a, b] == score[a + 1, b]))
                pairs.Add((a++, null));
            else
                pairs.Add((null, b++));
        }
        return pairs;

        double Pair(int i, int j) => old[i] == @new[j] ? 1 + 1e-3 : Similarity(oldWords[i], newWords[j]) is >= Alike and var alike ? alike : 0;
    }

    private static List<(int? Old, int? New)> EqualOnly(string[] old, string[] @new)
    {
        var diff = new Differ().CreateCustomDiffs(string.Join('\n', old), string.Join('\n', @new), ignoreWhiteSpace: false, text => text.Split('\n'));
        var pairs = new List<(int?, int?)>();
        var (a, b) = (0, 0);
        foreach (var block in diff.DiffBlocks)
        {
            while (a < block.DeleteStartA)
                pairs.Add((a++, b++));
            while (a < block.DeleteStartA + block.DeleteCountA)
                pairs.Add((a++, null));
            while (b < block.InsertStartB + block.InsertCountB)
                pairs.Add((null, b++));
        }
        while (a < old.Length)
            pairs.Add((a++, b++));
        return pairs;
    }

    /// <summary>Dice's coefficient of the words, 0 to 1.</summary>
    private static double Similarity(Dictionary<string, int> a, Dictionary<string, int> b)
    {
        var total = a.Values.Sum() + b.Values.Sum();
        return total == 0 ? 0 : 2.0 * a.Sum(word => Math.Min(word.Value, b.GetValueOrDefault(word.Key))) / total;
    }

    private static Dictionary<string, int> Bag(string line) =>
        Word().Matches(string.Concat(line.Where(c => !HiddenCharacter.Is(c)))).CountBy(match => match.Value.ToLowerInvariant()).ToDictionary(StringComparer.Ordinal);

    private static DiffLine Words(int oldNumber, int newNumber, string old, string @new)
    {
        var diff = new Differ().CreateCustomDiffs(old, @new, ignoreWhiteSpace: false, Pieces);
        var (oldSpans, newSpans) = (new List<DiffSpan>(), new List<DiffSpan>());
        var (a, b) = (0, 0);
        foreach (var block in diff.DiffBlocks)
        {
            Add(oldSpans, diff.PiecesOld, ref a, block.DeleteStartA, SpanKind.Same);
            Add(newSpans, diff.PiecesNew, ref b, block.InsertStartB, SpanKind.Same);
            Add(oldSpans, diff.PiecesOld, ref a, block.DeleteStartA + block.DeleteCountA, SpanKind.Changed);
            Add(newSpans, diff.PiecesNew, ref b, block.InsertStartB + block.InsertCountB, SpanKind.Changed);
        }
        Add(oldSpans, diff.PiecesOld, ref a, diff.PiecesOld.Length, SpanKind.Same);
        Add(newSpans, diff.PiecesNew, ref b, diff.PiecesNew.Length, SpanKind.Same);
        return new DiffLine(DiffKind.Changed, oldNumber, newNumber, oldSpans, newSpans);
    }

    private static void Add(List<DiffSpan> spans, IReadOnlyList<string> pieces, ref int at, int until, SpanKind kind)
    {
        if (until > at)
            spans.AddRange(Visible(string.Concat(pieces.Skip(at).Take(until - at)), kind));
        at = until;
    }

    /// <summary>Hidden characters become spans of their own that name them.</summary>
    private static List<DiffSpan> Visible(string text, SpanKind kind)
    {
        var spans = new List<DiffSpan>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (!HiddenCharacter.Is(text[i]))
                continue;
            if (i > start)
                spans.Add(new DiffSpan(text[start..i], kind));
            spans.Add(new DiffSpan(HiddenCharacter.Name(text[i]), SpanKind.Hidden));
            start = i + 1;
        }
        if (start < text.Length)
            spans.Add(new DiffSpan(text[start..], kind));
        return spans;
    }

    private static string[] Pieces(string line) => [.. Piece().Matches(line).Select(match => match.Value)];

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    [GeneratedRegex(@"\w+|[^\w\s]")]
    private static partial Regex Word();

    [GeneratedRegex(@"\w+|\s+|[^\w\s]")]
    private static partial Regex Piece();
}
