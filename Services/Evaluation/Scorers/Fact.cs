using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>One thing an answer must say: text, or a pattern between slashes.</summary>
internal sealed class Fact
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private readonly string text;
    private readonly Regex? pattern;

    private Fact(string source, string text, Regex? pattern) => (Source, this.text, this.pattern) = (source, text, pattern);

    internal string Source { get; }

    /// <summary>Null where a pattern is not one that runs in linear time.</summary>
    internal static Fact? Parse(string source)
    {
        if (source is not ['/', .. { Length: > 0 } inner, '/'])
            return new Fact(source, NormalText.Of(source), null);
        try
        {
            return new Fact(source, "", new Regex(inner, Options));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    internal bool In(string output) => pattern is null
        ? Occurs(NormalText.Of(output))
        : pattern.IsMatch(NormalText.Plain(output)) || pattern.IsMatch(NormalText.Of(output));

    /// <summary>A number is found whole: 5 is not in 15, nor in 1.5 or 50.</summary>
    private bool Occurs(string normal)
    {
        if (text.Length == 0)
            return normal.Length == 0; // nothing is said only by nothing
        for (var at = normal.IndexOf(text, StringComparison.Ordinal); at >= 0; at = normal.IndexOf(text, at + 1, StringComparison.Ordinal))
        {
            var end = at + text.Length;
            var cutBefore = at > 0 && char.IsAsciiDigit(text[0]) && (char.IsAsciiDigit(normal[at - 1]) || (normal[at - 1] is '.' or ',' && at > 1 && char.IsAsciiDigit(normal[at - 2])));
            var cutAfter = end < normal.Length && char.IsAsciiDigit(text[^1]) && (char.IsAsciiDigit(normal[end]) || (normal[end] is '.' or ',' && end + 1 < normal.Length && char.IsAsciiDigit(normal[end + 1])));
            if (!cutBefore && !cutAfter)
                return true;
        }
        return false;
    }
}
