using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmOps.Retrieval;

/// <summary>The ways to cut a document, a closed set. The text form names everything that decides the cut: it belongs to the identity of an index version.</summary>
public abstract partial record Chunker
{
    private const int MostTokens = 8192;

    private Chunker() { }

    /// <summary>Along headings, then paragraphs, then sentences; a chunk has at most Max tokens.</summary>
    public sealed record Markdown(int Max) : Chunker
    {
        public override string ToString() => $"markdown(max={Max})";
        private protected override IEnumerable<(int Start, int End)> Cut(string text) => Pieces.Sections(text).SelectMany(section => Pack(text, section));

        /// <summary>Pieces join while they fit. A paragraph that is too long alone is cut into sentences, such a sentence between words.</summary>
        private IEnumerable<(int Start, int End)> Pack(string text, IReadOnlyList<(int Start, int End)> paragraphs) => Join(text, Max, paragraphs
            .SelectMany(paragraph => Fits(text, paragraph) ? [paragraph] : Pieces.Sentences(text, paragraph))
            .SelectMany(sentence => Fits(text, sentence) ? [sentence] : Window(Tokens.In(text, sentence), Max, overlap: 0)));

        private bool Fits(string text, (int Start, int End) range) => Tokens.Count(text, range) <= Max;
    }

    /// <summary>Max sentences a chunk, of which the first Overlap repeat the end of the chunk before.</summary>
    public sealed record Sentences(int Max, int Overlap) : Chunker
    {
        public override string ToString() => $"sentences(max={Max},overlap={Overlap})";
        private protected override IEnumerable<(int Start, int End)> Cut(string text) => Window([.. Pieces.Sentences(text, (0, text.Length))], Max, Overlap);
    }

    /// <summary>Tokens words or marks a chunk, of which the first Overlap repeat the end of the chunk before.</summary>
    public sealed record Fixed(int Tokens, int Overlap) : Chunker
    {
        public override string ToString() => $"fixed(tokens={Tokens},overlap={Overlap})";
        private protected override IEnumerable<(int Start, int End)> Cut(string text) => Window(Retrieval.Tokens.In(text, (0, text.Length)), Tokens, Overlap);
    }

    /// <summary>Reads <c>markdown(max=120)</c>, <c>sentences(max=3,overlap=1)</c>, <c>fixed(tokens=128,overlap=16)</c>.</summary>
    public static Result<Chunker> Parse(string text)
    {
        if (Form().Match(text) is not { Success: true } form)
            return Unreadable(text, "it has not the form name(key=number,…)");
        var keys = form.Groups["key"].Captures.Select(key => key.Value).ToList();
        var values = form.Groups["value"].Captures.Select(value => int.Parse(value.Value, CultureInfo.InvariantCulture)).ToList();
        if (keys.Distinct().Count() < keys.Count)
            return Unreadable(text, "a key stands twice");
        var given = keys.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);

        var size = form.Groups["name"].Value == "fixed" ? "tokens" : "max";
        if (keys.Find(key => key != size && (key != "overlap" || form.Groups["name"].Value == "markdown")) is { } unknown)
            return Unreadable(text, $"it has no key {unknown}");
        var overlap = given.GetValueOrDefault("overlap");
        if (!given.TryGetValue(size, out var most) || most is < 1 or > MostTokens)
            return Unreadable(text, $"{size} must be given, from 1 to {MostTokens}");
        if (overlap >= most)
            return Unreadable(text, $"overlap must be smaller than {size}");

        return form.Groups["name"].Value switch
        {
            "markdown" => new Markdown(most),
            "sentences" => new Sentences(most, overlap),
            "fixed" => new Fixed(most, overlap),
            var name => Unreadable(text, $"there is no chunker {name}"),
        };
    }

    public IReadOnlyList<Chunk> Split(Document document) =>
        [.. Cut(document.Text).Select((cut, i) => new Chunk(i, document.Id, cut.Start, cut.End, document.Text[cut.Start..cut.End]))];

    private protected abstract IEnumerable<(int Start, int End)> Cut(string text);

    private static IEnumerable<(int Start, int End)> Window(IReadOnlyList<(int Start, int End)> pieces, int size, int overlap)
    {
        for (var first = 0; first < pieces.Count; first += size - overlap)
        {
            var last = Math.Min(first + size, pieces.Count) - 1;
            yield return (pieces[first].Start, pieces[last].End);
            if (last == pieces.Count - 1)
                yield break;
        }
    }

    private static IEnumerable<(int Start, int End)> Join(string text, int most, IEnumerable<(int Start, int End)> pieces)
    {
        (int Start, int End)? open = null;
        foreach (var piece in pieces)
        {
            if (open is { } chunk && Tokens.Count(text, (chunk.Start, piece.End)) > most)
            {
                yield return chunk;
                open = null;
            }
            open = (open?.Start ?? piece.Start, piece.End);
        }
        if (open is { } rest)
            yield return rest;
    }

    private static Refusal Unreadable(string text, string why) => Refusal.Invalid("chunker-unreadable",
        $"The chunker \"{text}\" cannot be read: {why}. Write markdown(max=120), sentences(max=3,overlap=1) or fixed(tokens=128,overlap=16).");

    [GeneratedRegex(@"^\s*(?<name>[a-z]+)\s*\(\s*(?:(?<key>[a-z]+)\s*=\s*(?<value>\d{1,6})\s*(?:,\s*(?!\))|(?=\))))*\)\s*$")]
    private static partial Regex Form();
}
