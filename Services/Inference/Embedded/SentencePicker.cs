using System.Text.RegularExpressions;

namespace LlmOps.Inference;

/// <summary>One sentence of the context and how well it answers a query.</summary>
/// <param name="Coverage">Share of the question's word weight (inverse sentence frequency) that the sentence accounts for, 0..1.</param>
/// <param name="Rank">The same over all words of the message, raised where the sentence holds the kind of thing asked for (a time, a price,
/// a number) and where its passage stands early.</param>
internal sealed record Pick(Passage Passage, int Position, string Text, double Coverage, double Rank);

/// <summary>Finds the sentences of a context that answer a question, by weighted word overlap: no list of answers, no subject matter.</summary>
internal sealed partial class SentencePicker
{
    private const double HeadingCredit = 0.75; // the word stands in the passage's heading or document name
    private const double PassageCredit = 0.4;  // the word stands elsewhere in the passage
    private const double KindCredit = 0.8;     // the word asks for a kind of thing (cost) that the sentence holds (7 EUR)
    private const double KindBonus = 0.12;
    private const double StatedWeight = 0.4;   // of a word that is only told, beside one that is asked with
    private const double OrderBonus = 0.15;    // for the first passage, falling to 0 after the last: retrieval puts the best first

    private static readonly Kind[] Kinds = [new(AsksTime(), Time()), new(AsksPrice(), Price()), new(AsksNumber(), Digit())];

    private readonly List<Candidate> candidates = [];
    private readonly int passages;

    public SentencePicker(IReadOnlyList<Passage> context)
    {
        passages = context.Count;
        var seen = new HashSet<string>();
        foreach (var (place, passage) in context.Index())
        {
            var heading = Words.Content(string.Join(' ', Sentences.Headings(passage.Text).Append(passage.Document)));
            var all = Words.Content(passage.Text);
            foreach (var text in Sentences.Of(passage.Text))
            {
                if (seen.Add(text))
                    candidates.Add(new Candidate(passage, place, candidates.Count, text, Words.Content(text), heading, all));
            }
        }
    }

    /// <summary>Best first; ties by place in the context.</summary>
    /// <param name="asked">The question.</param>
    /// <param name="stated">What the message tells beside it: it helps to find, and counts alone where the question has no words of its own.</param>
    public IReadOnlyList<Pick> Rank(string asked, string stated)
    {
        var hard = Words.Content(asked);
        var soft = Words.Content(stated).Except(hard).ToList();
        if (hard.Count == 0)
            (hard, soft) = (soft, []);
        List<(string Word, double Weight)> words = [.. hard.Select(word => (word, Weight(word))), .. soft.Select(word => (word, StatedWeight * Weight(word)))];
        if (words.Sum(word => word.Weight) == 0)
            return [];
        var kind = Kinds.FirstOrDefault(kind => kind.Asks.IsMatch(asked));
        return [.. candidates.Select(candidate => Judge(candidate, words, hard.Count, kind))
            .OrderByDescending(pick => pick.Rank).ThenBy(pick => pick.Position)];
    }

    private Pick Judge(Candidate candidate, List<(string Word, double Weight)> words, int hard, Kind? kind)
    {
        var own = words.ConvertAll(word => candidate.Credit(word.Word));
        var fits = kind is not null && own.Exists(credit => credit > 0) && kind.Holds.IsMatch(candidate.Text);
        var credits = words.Select((word, i) => fits && kind!.Asks.IsMatch(word.Word) ? Math.Max(KindCredit, own[i]) : own[i]).ToList();
        double Share(int count) => credits.Take(count).Select((credit, i) => credit * words[i].Weight).Sum() / words.Take(count).Sum(word => word.Weight);

        var all = Share(words.Count);
        var order = OrderBonus * (1 - ((double)candidate.Place / passages));
        return new Pick(candidate.Passage, candidate.Position, candidate.Text, Math.Max(all, Share(hard)), all + order + (fits ? KindBonus : 0));
    }

    /// <summary>Inverse sentence frequency, ln(1 + (N − n + ½) / (n + ½)); a word the context never uses weighs as one it uses once.</summary>
    private double Weight(string word)
    {
        var n = Math.Max(1, candidates.Count(candidate => Words.Likeness(word, candidate.Words) > 0));
        return Math.Log(1 + (candidates.Count - n + 0.5) / (n + 0.5));
    }

    /// <summary>A kind of thing that a question asks for, and how it looks in an answer.</summary>
    private sealed record Kind(Regex Asks, Regex Holds);

    private sealed record Candidate(
        Passage Passage, int Place, int Position, string Text, IReadOnlyList<string> Words, IReadOnlyList<string> Heading, IReadOnlyList<string> All)
    {
        public double Credit(string word) => new[]
        {
            Inference.Words.Likeness(word, Words),
            HeadingCredit * Inference.Words.Likeness(word, Heading),
            PassageCredit * Inference.Words.Likeness(word, All),
        }.Max();
    }

    [GeneratedRegex(@"\b(?:when|what time|which time|how late|how early|hours?|until)\b", RegexOptions.IgnoreCase)]
    private static partial Regex AsksTime();

    [GeneratedRegex(@"\d{1,2}[:.]\d{2}|\d\s?(?:[ap]\.?m\b|o['’]clock)|\b(?:noon|midnight|hours?|days?|daily|mon|tues|wednes|thurs|fri|satur|sun)(?:day)?s?\b", RegexOptions.IgnoreCase)]
    private static partial Regex Time();

    [GeneratedRegex(@"\b(?:how much|pric(?:e|es|ed|ing)?|costs?|fees?|charg(?:e|es|ed)?|rates?|pay|expensive|free)\b", RegexOptions.IgnoreCase)]
    private static partial Regex AsksPrice();

    [GeneratedRegex(@"[€$£]\s?\d|\d\s?(?:€|EUR|USD|GBP|CHF|euros?|dollars?|pounds?|%)|\bfree\b|\bno (?:extra )?charge\b|\bcomplimentary\b", RegexOptions.IgnoreCase)]
    private static partial Regex Price();

    [GeneratedRegex(@"\bhow (?:many|long|far|big|large|old|tall|often)\b", RegexOptions.IgnoreCase)]
    private static partial Regex AsksNumber();

    [GeneratedRegex(@"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Digit();
}
