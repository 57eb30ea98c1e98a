using System.Text.RegularExpressions;

namespace LlmOps.Inference;

/// <summary>One sentence of the context and how well it answers a query.</summary>
/// <param name="Coverage">Share of the query's word weight (inverse sentence frequency) that the sentence accounts for, 0..1.</param>
/// <param name="Rank">Coverage, raised where the sentence holds the kind of thing asked for (a time, a price, a number).</param>
internal sealed record Pick(Passage Passage, int Position, string Text, double Coverage, double Rank);

/// <summary>Finds the sentences of a context that answer a question, by weighted word overlap: no list of answers, no subject matter.</summary>
internal sealed partial class SentencePicker
{
    private const double HeadingCredit = 0.75; // the word stands in the passage's heading or document name
    private const double PassageCredit = 0.4;  // the word stands elsewhere in the passage
    private const double KindCredit = 0.8;     // the word asks for a kind of thing (cost) that the sentence holds (7 EUR)
    private const double KindBonus = 0.12;

    private readonly List<Candidate> candidates = [];

    public SentencePicker(IReadOnlyList<Passage> context)
    {
        var seen = new HashSet<string>();
        foreach (var passage in context)
        {
            var heading = Words.Content(string.Join(' ', Sentences.Headings(passage.Text).Append(passage.Document)));
            var all = Words.Content(passage.Text);
            foreach (var text in Sentences.Of(passage.Text))
            {
                if (seen.Add(text))
                    candidates.Add(new Candidate(passage, candidates.Count, text, Words.Content(text), heading, all));
            }
        }
    }

    /// <summary>Best first; ties by place in the context.</summary>
    public IReadOnlyList<Pick> Rank(string query)
    {
        var words = Words.Content(query);
        var weights = words.Select(Weight).ToList();
        var total = weights.Sum();
        if (total == 0)
            return [];
        var kind = Kinds.FirstOrDefault(kind => kind.Asks.IsMatch(query));
        return [.. candidates.Select(candidate => Judge(candidate, words, weights, total, kind))
            .OrderByDescending(pick => pick.Rank).ThenBy(pick => pick.Position)];
    }

    private static Pick Judge(Candidate candidate, IReadOnlyList<string> words, List<double> weights, double total, Kind? kind)
    {
        var own = words.Select(candidate.Credit).ToList();
        var fits = kind is not null && own.Exists(credit => credit > 0) && kind.Holds.IsMatch(candidate.Text);
        var covered = words.Select((word, i) => weights[i] * (fits && kind!.Asks.IsMatch(word) ? Math.Max(KindCredit, own[i]) : own[i])).Sum() / total;
        return new Pick(candidate.Passage, candidate.Position, candidate.Text, covered, covered + (fits ? KindBonus : 0));
    }

    /// <summary>Inverse sentence frequency, ln(1 + (N − n + ½) / (n + ½)); a word the context never uses weighs as one it uses once.</summary>
    private double Weight(string word)
    {
        var n = Math.Max(1, candidates.Count(candidate => Words.Likeness(word, candidate.Words) > 0));
        return Math.Log(1 + (candidates.Count - n + 0.5) / (n + 0.5));
    }

    /// <summary>A kind of thing that a question asks for, and how it looks in an answer.</summary>
    private sealed record Kind(Regex Asks, Regex Holds);

    private static readonly Kind[] Kinds = [new(AsksTime(), Time()), new(AsksPrice(), Price()), new(AsksNumber(), Digit())];

    private sealed record Candidate(
        Passage Passage, int Position, string Text, IReadOnlyList<string> Words, IReadOnlyList<string> Heading, IReadOnlyList<string> All)
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
