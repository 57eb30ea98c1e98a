using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>Text as facts are compared: lower case, single spaces, plain quotes and dashes, and one form for each number
/// (1,000 and 1000; 15.0 and 15; fifteen and 15; 15 percent and 15%).</summary>
internal static partial class NormalText
{
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["zero"] = "0", ["one"] = "1", ["two"] = "2", ["three"] = "3", ["four"] = "4", ["five"] = "5", ["six"] = "6", ["seven"] = "7", ["eight"] = "8",
        ["nine"] = "9", ["ten"] = "10", ["eleven"] = "11", ["twelve"] = "12", ["thirteen"] = "13", ["fourteen"] = "14", ["fifteen"] = "15",
        ["sixteen"] = "16", ["seventeen"] = "17", ["eighteen"] = "18", ["nineteen"] = "19", ["twenty"] = "20", ["thirty"] = "30", ["forty"] = "40",
        ["fifty"] = "50", ["sixty"] = "60", ["seventy"] = "70", ["eighty"] = "80", ["ninety"] = "90",
    };

    internal static string Of(string text)
    {
        var lower = Plain(text).ToLowerInvariant();
        var words = NumberWord().Replace(lower, match => Words.TryGetValue(match.Value, out var digits) ? digits : match.Value);
        var numbers = Number().Replace(words, match => Shortest(match.Value));
        return Percent().Replace(numbers, "%");
    }

    /// <summary>White space and typographic signs only; for patterns, which see the words as they were written.</summary>
    internal static string Plain(string text)
    {
        var signs = Whole(text).Normalize(NormalizationForm.FormC)
            .Replace('\u2019', '\'').Replace('\u2018', '\'').Replace('\u201C', '"').Replace('\u201D', '"').Replace('\u2013', '-').Replace('\u2014', '-');
        return White().Replace(signs, " ").Trim();
    }

    /// <summary>Half a surrogate pair, as a cut-off answer may end in, becomes the replacement character.</summary>
    internal static string Whole(string text) => text.Any(char.IsSurrogate) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;

    private static string Shortest(string number)
    {
        var plain = number.Replace(",", "", StringComparison.Ordinal);
        return decimal.TryParse(plain, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            ? value.ToString("0.############################", CultureInfo.InvariantCulture)
            : number;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex White();

    [GeneratedRegex(@"\b[a-z]+\b")]
    private static partial Regex NumberWord();

    [GeneratedRegex(@"(?<![\d.,])(\d{1,3}(,\d{3})+|\d+)(\.\d+)?(?![\d])", RegexOptions.ExplicitCapture)]
    private static partial Regex Number();

    [GeneratedRegex(@"\s*(%|\bper ?cent\b)", RegexOptions.ExplicitCapture)]
    private static partial Regex Percent();
}
