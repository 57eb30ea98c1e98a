using System.Runtime.InteropServices;

namespace LlmOps.Evaluation;

/// <summary>Two texts that say the same.</summary>
/// <param name="Similarity">Weighted share of words in common, 0 to 1.</param>
/// <param name="Contained">The first text stands, nearly word by word, inside the longer second.</param>
public readonly record struct Similar(int Other, double Similarity, bool Contained);

/// <summary>Finds texts that say the same as a given one, whatever their wording is around it: words weigh by the square of their rarity, so that a template
/// shared by many texts counts for little and what fills it for much. Candidates come from an index of all words, asked for the rarest words of the text that
/// every match must share one of (prefix filtering, Chaudhuri et al. 2006), so none is missed.</summary>
public sealed class SimilarTexts
{
    public const double Least = 0.7; // similarity from which two texts say the same

    private const double LeastContained = 0.9;
    private const double LeastInOrder = 0.6; // of a contained text's word pairs
    private const int EnoughTelling = 4; // different words that are not carriers: fewer stand in other texts by chance, so that the order must agree too
    private const int EnoughWords = 5; // of a text whose words stand in the other one after the other
    private const double CarrierShare = 0.1;
    private const int MostAsked = 2000; // texts with one word: beyond, the word finds nothing but its template

    private readonly List<Text> texts;
    private readonly Dictionary<ulong, Entry> index = [];
    private readonly Dictionary<int, double> candidates = [];

    /// <param name="firstFound">Texts before this one are asked about and never found.</param>
    public SimilarTexts(IEnumerable<string> all, int firstFound = 0)
    {
        var read = all.Select(text => TextWords.Of(text)).ToList();
        foreach (var (at, words) in read.Index())
        {
            foreach (var word in words.Select(word => word.Stem).Distinct())
            {
                var entry = CollectionsMarshal.GetValueRefOrAddDefault(index, word, out _) ??= new Entry();
                entry.Texts++;
                if (at >= firstFound)
                    entry.Found.Add(at);
            }
        }
        texts = [.. read.Select(words => new Text(words, word => Weight(word, read.Count)))];
    }

    public int Count => texts.Count;

    /// <summary>Every text that says the same as the one at <paramref name="at"/>, itself left out.</summary>
    public IEnumerable<Similar> To(int at)
    {
        var text = texts[at];
        if (text.Total <= 0)
            yield break;
        candidates.Clear();
        var (rest, unasked) = (text.Total, 0.0);
        foreach (var (word, weight) in text.Rarest)
        {
            if (rest < Least * text.Total)
                break;
            rest -= weight;
            var others = index[word].Found;
            if (others.Count > MostAsked)
            {
                unasked += weight;
                continue;
            }
            foreach (var other in others)
                CollectionsMarshal.GetValueRefOrAddDefault(candidates, other, out _) += weight;
        }
        foreach (var (other, shared) in candidates)
        {
            if (other != at && shared + unasked + rest >= Least * text.Total && Compare(text, texts[other]) is var (similarity, contained) && (similarity >= Least || contained))
                yield return new Similar(other, similarity, contained);
        }
    }

    private static (double Similarity, bool Contained) Compare(Text text, Text other)
    {
        var (shared, sharedWords) = (0.0, 0);
        foreach (var (word, weight) in text.Rarest)
        {
            if (other.Has(word))
                (shared, sharedWords) = (shared + weight, sharedWords + 1);
        }
        var similarity = shared / (text.Total + other.Total - shared);
        if (similarity >= Least && text.HasOtherNumbersThan(other) && other.HasOtherNumbersThan(text))
            return (0, false); // another amount, room or booking
        if (similarity >= Least && Math.Min(text.Telling, other.Telling) < EnoughTelling && Math.Max(text.InOrder(other), other.InOrder(text)) < LeastContained)
            similarity = Math.Min(similarity, sharedWords / (double)(text.Stems.Length + other.Stems.Length - sharedWords));
        if (similarity >= Least || other.Total <= text.Total || shared < LeastContained * text.Total)
            return (similarity, false);
        return (similarity, text.InOrder(other) is var order && (text.Telling >= EnoughTelling ? order >= LeastInOrder : order >= LeastContained && text.Words >= EnoughWords));
    }

    /// <summary>Squared logarithm of how rare a word is among these texts; carriers of a request say nothing about its content.</summary>
    private double Weight(TextWord word, int all)
    {
        var rarity = Math.Log(1 + (double)all / index[word.Stem].Texts);
        return rarity * rarity * (word.Carrier ? CarrierShare : 1);
    }

    private sealed class Entry
    {
        internal int Texts { get; set; }
        internal List<int> Found { get; } = [];
    }

    private sealed class Text
    {
        private readonly ulong[] pairs;

        internal Text(IReadOnlyList<TextWord> words, Func<TextWord, double> weight)
        {
            var different = words.DistinctBy(word => word.Stem).ToList();
            Rarest = [.. different.Select(word => (word.Stem, Weight: weight(word))).OrderByDescending(word => word.Weight).ThenBy(word => word.Stem)];
            Stems = [.. Rarest.Select(word => word.Word)];
            Total = Rarest.Sum(word => word.Weight);
            Telling = different.Count(word => !word.Carrier);
            Numbers = [.. different.Where(word => word.Number).Select(word => word.Stem)];
            Words = words.Count;
            pairs = [.. words.Zip(words.Skip(1), (first, second) => Hashing.Of(first.Stem, second.Stem)).Distinct()];
        }

        internal (ulong Word, double Weight)[] Rarest { get; }
        internal ulong[] Stems { get; }
        internal double Total { get; }
        internal int Telling { get; }
        internal int Words { get; }
        internal ulong[] Numbers { get; }

        internal bool Has(ulong word) => Stems.AsSpan().Contains(word);

        internal bool HasOtherNumbersThan(Text other) => Numbers.Any(number => !other.Has(number));

        /// <summary>Share of this text's pairs of neighbouring words that are neighbours in the other too.</summary>
        internal double InOrder(Text other) => pairs.Length == 0 ? 1 : (double)pairs.Count(pair => other.pairs.AsSpan().Contains(pair)) / pairs.Length;
    }
}
