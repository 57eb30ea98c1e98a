using System.Text.RegularExpressions;

namespace LlmOps.Prompting;

/// <summary>A policy's <c>lint:</c> section: what a prompt's text must say, must not say, and which limits it must keep.</summary>
public sealed record LintRules(IReadOnlyList<LintRule> Rules)
{
    public static LintRules None { get; } = new([]);

    /// <summary>Reads the section out of a policy file; its other sections belong to others and are not looked at.</summary>
    public static Result<LintRules> Parse(string policyYaml, string file = "policy")
    {
        var problems = new List<Finding>();
        var rules = Read(policyYaml, file, problems);
        return problems.Count == 0 ? new LintRules(rules) : YamlRefusal.Of(problems);
    }

    /// <summary>What <see cref="Parse"/> would refuse, one finding per problem.</summary>
    public static IReadOnlyList<Finding> Problems(string policyYaml, string file)
    {
        var problems = new List<Finding>();
        Read(policyYaml, file, problems);
        return problems;
    }

    private static List<LintRule> Read(string policyYaml, string file, List<Finding> problems) =>
        Yaml.Read(policyYaml, file, problems)?.Maps("lint").Select(RuleOf).OfType<LintRule>().ToList() ?? [];

    private static LintRule? RuleOf(YamlMap map)
    {
        var id = map.Text("id", required: true) ?? "";
        var level = map.Word<FindingLevel>("level") ?? FindingLevel.Error;
        var why = map.Text("why");
        var exceptions = map.Texts("unless_same_sentence");
        var limit = LimitOf(map);
        var require = map.Text("require");
        var forbid = map.Text("forbid");
        var kinds = new[] { limit is not null, require is not null, forbid is not null }.Count(given => given);
        if (kinds != 1)
            map.Problem(map.Line, "bad-rule", $"Rule \"{id}\" must have exactly one of limit, require and forbid; it has {kinds}.");
        if (forbid is not null && LintRule.Pattern(forbid) is null)
            map.Problem(map.LineOf("forbid"), "bad-pattern", $"forbid of \"{id}\" is no regular expression without look-around and back-references. Correct it, or drop the slashes for plain text.");
        map.Close();
        return kinds == 1 ? new LintRule(id, level, why, limit, require, forbid, exceptions) : null;
    }

    private static LintLimit? LimitOf(YamlMap map)
    {
        if (map.Map("limit") is not { } limit)
            return null;
        var near = limit.Texts("near");
        var min = limit.Number("min", double.MinValue, double.MaxValue);
        var max = limit.Number("max", double.MinValue, double.MaxValue);
        var unit = limit.Text("unit", required: true) ?? "";
        if (near.Count == 0)
            limit.Problem(limit.Line, "missing-key", "limit.near is missing. Name the word the number belongs to, for example discount.");
        if (min is null && max is null)
            limit.Problem(limit.Line, "missing-key", "limit needs max, or min. Add one.");
        limit.Close();
        return new LintLimit(near, min, max, unit);
    }
}

/// <summary>Exactly one of <paramref name="Limit"/>, <paramref name="Require"/> and <paramref name="Forbid"/> is there.</summary>
/// <param name="Why">The policy's own reason, shown with the finding.</param>
/// <param name="Require">Text that must occur somewhere in the prompt.</param>
/// <param name="Forbid">Text, or a regular expression between slashes, that must occur nowhere.</param>
/// <param name="UnlessSameSentence">Phrases that lift a limit in the sentence they stand in, unless the sentence denies them ("without …").</param>
public sealed record LintRule(
    string Id, FindingLevel Level, string? Why, LintLimit? Limit, string? Require, string? Forbid, IReadOnlyList<string> UnlessSameSentence)
{
    /// <summary>The text or /expression/ as a case-insensitive pattern that runs in linear time; null where it is not one.</summary>
    internal static Regex? Pattern(string text)
    {
        const RegexOptions options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
        try
        {
            return text is ['/', .. var inner, '/'] ? new Regex(inner, options) : new Regex(Regex.Replace(Regex.Escape(text), @"(\\ |\s)+", @"\s+"), options);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}

/// <summary>Numbers with <paramref name="Unit"/> in a sentence about <paramref name="Near"/> must lie within the bounds.</summary>
public sealed record LintLimit(IReadOnlyList<string> Near, double? Min, double? Max, string Unit);
