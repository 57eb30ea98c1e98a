using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>A sentence about the same thing that gives another number or says the opposite. It must hold nearly all of the claim's words,
/// and no sentence as near may agree: what is merely different is unsupported, not contradicted.</summary>
internal static partial class Contradiction
{
    private const double Near = 0.75; // share of the claim's words that makes a sentence one about the same thing
    private const double Whole = 0.999; // the same where the passage gives the claim's number too, for something else
    private const int Least = 2;      // words to know the thing by

    private static readonly ILookup<string, string> Opposites = new (string, string)[]
    {
        ("open", "closed"), ("open", "close"), ("opened", "closed"), ("opens", "closes"), ("allowed", "forbidden"), ("allowed", "prohibited"), ("allowed", "banned"),
        ("permitted", "forbidden"), ("permitted", "prohibited"), ("included", "excluded"), ("before", "after"), ("earlier", "later"), ("above", "below"), ("minimum", "maximum"),
        ("increase", "decrease"), ("increases", "decreases"), ("increased", "decreased"), ("rose", "fell"), ("higher", "lower"), ("first", "last"), ("always", "never"),
        ("cold", "hot"), ("indoor", "outdoor"), ("possible", "impossible"), ("available", "unavailable"), ("with", "without"), ("weekdays", "weekends"),
        ("mandatory", "optional"), ("required", "optional"), ("accept", "refuse"), ("accepted", "refused"), ("accepts", "refuses"), ("true", "false"),
        ("safe", "dangerous"), ("alive", "dead"), ("won", "lost"), ("free", "charged"), ("heated", "unheated"), ("legal", "illegal"), ("complete", "incomplete"),
    }.SelectMany(pair => new[] { pair, (pair.Item2, pair.Item1) }).ToLookup(pair => pair.Item1, pair => pair.Item2);

    internal static GroundednessText? Find(GroundednessText claim, GroundednessContext context)
    {
        var numbers = Numbers(claim.Counted);
        GroundednessText? against = null;
        foreach (var (passage, sentence) in context.Passages.SelectMany(passage => passage.Sentences.Select(sentence => (passage, sentence))))
        {
            var opposed = claim.Words.Where(word => Opposites.Contains(word) && !sentence.Words.Contains(word) && Opposites[word].Any(sentence.Words.Contains)).Select(GroundednessText.Key).ToHashSet();
            var words = claim.Content.Where(key => !char.IsAsciiDigit(key[0]) && !opposed.Contains(key)).ToHashSet();
            var near = context.Covered(words, sentence);
            if (words.Count < Least || near < Near || words.Count(sentence.Content.Contains) < words.Count / 2.0)
                continue;
            var said = Numbers(sentence.Counted);
            var others = said.Count > 0 ? numbers.FindAll(number => !said.Exists(number.Overlaps)) : [];
            if (others.Count == 0 && Denies(claim, sentence) == (opposed.Count % 2 == 1))
                return null;
            if (others.Count == 0 || near >= Whole || !others.Exists(number => number.Overlaps(passage.Held)))
                against ??= sentence;
        }
        return against;
    }

    /// <summary>Whether one denies what the other says, and they deny nothing alike.</summary>
    private static bool Denies(GroundednessText claim, GroundednessText sentence) =>
        !claim.Denied.Overlaps(sentence.Denied) && (claim.Denied.Overlaps(sentence.Held) || sentence.Denied.Overlaps(claim.Content));

    /// <summary>Each number in every way it may be written: 9 pm is 9 and 21, 09:00 is 9.</summary>
    private static List<HashSet<string>> Numbers(string text) => [.. Number().Matches(NormalText.Of(text)).Select(Forms)];

    private static HashSet<string> Forms(Match number)
    {
        var plain = number.Groups["n"].Value;
        var (hour, minutes) = plain.Split(':') is [var before, var after] ? (before, after.Trim('0') == "" ? "" : ":" + after) : (plain, "");
        if (!int.TryParse(hour, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            return [plain, plain + "%"];
        HashSet<string> forms = [value.ToString(CultureInfo.InvariantCulture) + minutes, plain + "%"];
        if (number.Groups["half"].Value.StartsWith('p') && value < 12)
            forms.Add((value + 12).ToString(CultureInfo.InvariantCulture) + minutes);
        return forms;
    }

    [GeneratedRegex(@"(?<![\w.,:])(?<n>\d+([.,:]\d+)*)(\s?(?<half>[ap])\.?m\b)?", RegexOptions.ExplicitCapture)]
    private static partial Regex Number();
}
