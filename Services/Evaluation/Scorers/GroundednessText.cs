using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>A piece of text as groundedness compares it: the keys of its words and of its content words, and those it denies. 9 pm and 21:00 are one.</summary>
internal sealed partial class GroundednessText
{
    private const int Reach = 3; // content words behind a "not"

    private readonly HashSet<string> held;
    private readonly Lazy<HashSet<string>> denied;

    /// <param name="before">The sentence before it in the context: where this one begins with "it", that is what it is about.</param>
    internal GroundednessText(string text, GroundednessText? before = null)
    {
        Text = text.Trim();
        Counted = Pronoun().Replace(text, " ");
        var hours = Clock().Replace(Counted, Hour);
        Words = [.. Evaluation.Words.All(hours)];
        Keys = Words.ConvertAll(Key);
        Content = [.. Words.Where(Evaluation.Words.IsContent).Select(Key)];
        denied = new(() => Negation().IsMatch(text) ? OnlyDenied(text) : []);
        held = [.. Content];
        if (hours != Counted)
            held.UnionWith(Evaluation.Words.Content(Counted).Select(Evaluation.Words.Key));
        if (Words.Count > 0 && Words[0] is "it" or "they" or "this" or "these" or "he" or "she")
            held.UnionWith(before?.held ?? []);
    }

    internal string Text { get; }

    /// <summary>The text without a "one" that counts nothing.</summary>
    internal string Counted { get; }

    /// <summary>Every word in lower case, in order.</summary>
    internal List<string> Words { get; }

    internal List<string> Keys { get; }

    /// <summary>The keys of the words that carry meaning, numbers among them, in order.</summary>
    internal List<string> Content { get; }

    /// <summary>What a reader finds in it, numbers written either way.</summary>
    internal IReadOnlySet<string> Held => held;

    /// <summary>The content words that it only denies: those shortly after a negation, in the same clause and nowhere else.</summary>
    internal IReadOnlySet<string> Denied => denied.Value;

    internal static string Key(string word) => Evaluation.Words.Key(Evaluation.Words.Stem(word));

    private HashSet<string> OnlyDenied(string text)
    {
        var said = Content.CountBy(key => key).ToDictionary();
        return [.. Evaluation.Words.Clauses(text).SelectMany(DeniedIn).CountBy(key => key).Where(key => key.Value >= said.GetValueOrDefault(key.Key)).Select(key => key.Key)];
    }

    private static IEnumerable<string> DeniedIn(string clause) => Negation().Matches(clause)
        .SelectMany(not => Evaluation.Words.Content(clause[(not.Index + not.Length)..]).Select(Evaluation.Words.Key).Take(Reach));

    private static string Hour(Match time)
    {
        var hour = int.Parse(time.Groups["hour"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        var evening = time.Groups["half"].ValueSpan.StartsWith("p", StringComparison.OrdinalIgnoreCase) && hour < 12;
        var minutes = time.Groups["minutes"].Value is "" or "00" ? "" : ":" + time.Groups["minutes"].Value;
        return (evening ? hour + 12 : hour).ToString(CultureInfo.InvariantCulture) + minutes;
    }

    [GeneratedRegex(@"(?<![\d.,:])(?<hour>[01]?\d|2[0-4])(:(?<minutes>[0-5]\d)(\s?(?<half>[ap])\.?m\b\.?)?|\s?(?<half>[ap])\.?m\b\.?)(?![\d:])", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Clock();

    [GeneratedRegex(@"\b(no(?! (later|earlier|more|less|fewer) than)|not(?! only)|never|none|nobody|nothing|neither|nor|without|cannot)\b|n['\u2019]t\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Negation();

    /// <summary>"One of them", "the first one": no number.</summary>
    [GeneratedRegex(@"(?<=\b(the|this|that|first|last|another|each|every|no|any|some)\s)one\b|\bone(?=\s(of|in|is|was|who|that|which)\b)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Pronoun();
}
