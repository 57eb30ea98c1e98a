using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>A piece of text as groundedness compares it: the keys of its words and of its content words, and whether it denies. 9 pm and 21:00 are one.</summary>
internal sealed partial class GroundednessText
{
    private readonly HashSet<string> held;

    /// <param name="before">The sentence before it in the context: where this one begins with "it", that is what it is about.</param>
    internal GroundednessText(string text, GroundednessText? before = null)
    {
        Text = text.Trim();
        Words = [.. Evaluation.Words.All(Clock().Replace(text, Hour))];
        Keys = Words.ConvertAll(Key);
        Content = [.. Words.Where(Evaluation.Words.IsContent).Select(Key)];
        Negated = Negation().IsMatch(text);
        held = [.. Content, .. Evaluation.Words.Content(text).Select(Evaluation.Words.Key)];
        if (Words.Count > 0 && Words[0] is "it" or "they" or "this" or "these" or "he" or "she")
            held.UnionWith(before?.held ?? []);
    }

    internal string Text { get; }

    /// <summary>Every word in lower case, in order.</summary>
    internal List<string> Words { get; }

    internal List<string> Keys { get; }

    /// <summary>The keys of the words that carry meaning, numbers among them, in order.</summary>
    internal List<string> Content { get; }

    internal bool Negated { get; }

    internal IReadOnlySet<string> Held => held;

    internal static string Key(string word) => Evaluation.Words.Key(Evaluation.Words.Stem(word));

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
}
