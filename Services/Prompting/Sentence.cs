using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmOps.Prompting;

/// <summary>One sentence of a prompt, with the line of its text it starts on (0-based). A list item or a heading ends a sentence too.</summary>
internal sealed partial record Sentence(string Text, int Offset, string Whole)
{
    private static readonly Dictionary<string, int> Words = new()
    {
        ["zero"] = 0, ["one"] = 1, ["two"] = 2, ["three"] = 3, ["four"] = 4, ["five"] = 5, ["six"] = 6, ["seven"] = 7, ["eight"] = 8, ["nine"] = 9,
        ["ten"] = 10, ["eleven"] = 11, ["twelve"] = 12, ["thirteen"] = 13, ["fourteen"] = 14, ["fifteen"] = 15, ["sixteen"] = 16, ["seventeen"] = 17,
        ["eighteen"] = 18, ["nineteen"] = 19, ["twenty"] = 20, ["thirty"] = 30, ["forty"] = 40, ["fifty"] = 50, ["sixty"] = 60, ["seventy"] = 70,
        ["eighty"] = 80, ["ninety"] = 90, ["hundred"] = 100,
    };

    internal static IEnumerable<Sentence> In(string text)
    {
        var start = 0;
        foreach (Match end in End().Matches(text))
        {
            var stop = end.Index + end.Length;
            if (!string.IsNullOrWhiteSpace(text[start..stop]))
                yield return new Sentence(text[start..stop], start, text);
            start = stop;
        }
        if (!string.IsNullOrWhiteSpace(text[start..]))
            yield return new Sentence(text[start..], start, text);
    }

    /// <summary>The line of the text (0-based) at a place in this sentence.</summary>
    internal int LineAt(int index) => Whole.AsSpan(0, Offset + index).Count('\n');

    internal bool Mentions(string word) =>
        Regex.IsMatch(Text, $@"(?<!\w){Spaced(word)}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>Every number that carries the unit, in digits or in words, with its place.</summary>
    internal IEnumerable<(double Value, int Index)> NumbersIn(string unit)
    {
        const string number = @"(?<n>(?<![\d.,])\d+(?:[.,]\d+)*|(?<!\w)(?:(?:twen|thir|for|fif|six|seven|eigh|nine)ty[- ])?[a-z]+)";
        var units = unit is "%" ? @"(?:%|percent\b|per\s+cent\b|pct\b)" : Regex.Escape(unit) + (char.IsLetter(unit[^1]) ? @"s?\b" : "");
        // A range or a list gives its unit once: "10-20 %", "10 to 20 %".
        foreach (Match match in Regex.Matches(Text, $@"{number}[\s-]*{units}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant))
        {
            if (ValueOf(match.Groups["n"].Value) is { } value)
                yield return (value, match.Index);
        }
        if (unit is "%")
            yield break;
        foreach (Match match in Regex.Matches(Text, $@"{Regex.Escape(unit)}\s*(?<n>\d+(?:[.,]\d+)*)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant))
        {
            if (ValueOf(match.Groups["n"].Value) is { } value)
                yield return (value, match.Index);
        }
    }

    /// <summary>"Never give 20 %" forbids the number; "never above 20 %" allows it, and is a limit of 20.</summary>
    internal bool Forbids(int index)
    {
        var before = Text[..index];
        var ban = Ban().Matches(before).LastOrDefault();
        return ban is not null && !Comparison().IsMatch(before[ban.Index..]);
    }

    /// <summary>The phrase stands here and is asked for: "with manager approval", not "without manager approval" or "needs no manager approval".</summary>
    internal bool Demands(string phrase) =>
        Regex.Matches(Text, Spaced(phrase), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)
            .Any(match => !Denial().IsMatch(Text[..match.Index]));

    private static string Spaced(string text) => Regex.Replace(Regex.Escape(text), @"(\\ |\s)+", @"\s+");

    private static double? ValueOf(string number)
    {
        var plain = ThousandsSeparator().Replace(number, "").Replace(',', '.');
        if (double.TryParse(plain, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            return value;
        var parts = number.ToLowerInvariant().Split('-', ' ');
        return parts.All(Words.ContainsKey) ? parts.Sum(part => Words[part]) : null;
    }

    [GeneratedRegex(@"[.!?]+(?=\s|$)|\n\s*\n|\n(?=\s*([-*•#]|\d+[.)])\s)", RegexOptions.ExplicitCapture)]
    private static partial Regex End();

    [GeneratedRegex(@"[.,](?=\d{3}(\D|$))(?<=\d[.,])", RegexOptions.ExplicitCapture)]
    private static partial Regex ThousandsSeparator();

    [GeneratedRegex(@"\b(never|do not|don't|must not|may not|cannot|can't|not allowed|no)\b(?!\s+(hesitate|forget|fail|refuse|need)\b)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Ban();

    [GeneratedRegex(@"\b(above|over|more|beyond|exceed\w*|higher|greater|larger|past)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Comparison();

    [GeneratedRegex(@"\b(without|no|not|never|skip\w*|needless|regardless of)\s+(\w+\s+){0,3}$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Denial();
}
