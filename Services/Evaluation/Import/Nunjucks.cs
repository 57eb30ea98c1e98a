using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>The one thing of Nunjucks templates that means the same here: <c>{{ name }}</c>. The rest is text, and is never carried out.</summary>
internal static partial class Nunjucks
{
    /// <summary>Whether the template computes: a statement, a filter, a call.</summary>
    internal static bool HasLogic(string text) => Statement().IsMatch(text) || Expression().Matches(text).Any(match => !Name().IsMatch(match.Groups["inside"].Value));

    internal static IEnumerable<string> Names(string text) =>
        Expression().Matches(text).Select(match => match.Groups["inside"].Value).Where(inside => Name().IsMatch(inside)).Select(inside => inside.Trim()).Distinct();

    /// <summary>Values are put in once and not read again; a name without a value stays.</summary>
    internal static string Render(string text, IReadOnlyDictionary<string, string> vars) =>
        Expression().Replace(text, match => vars.GetValueOrDefault(match.Groups["inside"].Value.Trim()) ?? match.Value);

    /// <summary>The template with its placeholders as our renderer knows them.</summary>
    internal static string Plain(string text) =>
        Expression().Replace(text, match => Name().IsMatch(match.Groups["inside"].Value) ? $"{{{{{match.Groups["inside"].Value.Trim()}}}}}" : match.Value);

    [GeneratedRegex(@"\{\{(?<inside>[^{}]{0,200})\}\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Expression();

    [GeneratedRegex(@"\{%.*?%\}|\{#.*?#\}", RegexOptions.Singleline)]
    private static partial Regex Statement();

    [GeneratedRegex(@"^\s*[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
