using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmOps.Prompting;

/// <summary>Reads a prompt as a reviewer would: the policy's rules, and what no prompt should have.</summary>
public static partial class Lint
{
    private const int ShortAnswer = 16;

    public static IReadOnlyList<Finding> Check(PromptFile prompt, LintRules rules) =>
        [.. rules.Rules.SelectMany(rule => Check(prompt, rule)), .. Secrets(prompt), .. Untrusted(prompt), .. Unknown(prompt), .. Hidden(prompt), .. Limits(prompt)];

    private static IEnumerable<Finding> Check(PromptFile prompt, LintRule rule)
    {
        if (rule.Limit is { } limit)
            return Texts(prompt).SelectMany(part => OverLimit(prompt, rule, limit, part));
        if (rule.Forbid is { } forbid && LintRule.Pattern(forbid) is { } forbidden)
        {
            return Texts(prompt).SelectMany(part => forbidden.Matches(part.Text).Select(match => new Finding(
                prompt.File, part.LineAt(match.Index), rule.Id, rule.Level, $"\"{Short(match.Value)}\" must not stand in a prompt.{Why(rule)} Remove or reword it.")));
        }
        return rule.Require is { } require && LintRule.Pattern(require) is { } required && !Texts(prompt).Any(part => required.IsMatch(part.Text))
            ? [new Finding(prompt.File, prompt.Parts.GetValueOrDefault("system_prompt")?.Line, rule.Id, rule.Level, $"\"{Short(require)}\" is missing.{Why(rule)} Add it to system_prompt.")]
            : [];
    }

    private static IEnumerable<Finding> OverLimit(PromptFile prompt, LintRule rule, LintLimit limit, Part part)
    {
        foreach (var sentence in Sentence.In(part.Text))
        {
            if (!limit.Near.Any(sentence.Mentions) || rule.UnlessSameSentence.Any(sentence.Demands))
                continue;
            foreach (var (value, index) in sentence.NumbersIn(limit.Unit))
            {
                var bound = value > limit.Max ? limit.Max : value < limit.Min ? limit.Min : null;
                if (bound is null || sentence.Forbids(index))
                    continue;
                var cure = rule.UnlessSameSentence.Count == 0 ? "" : $", or ask for \"{rule.UnlessSameSentence[0]}\" in the same sentence";
                yield return new Finding(prompt.File, part.LineAt(sentence.Offset + index), rule.Id, rule.Level, string.Create(CultureInfo.InvariantCulture,
                    $"Here {limit.Near[0]} is allowed at {value} {limit.Unit}; the policy's limit is {bound} {limit.Unit}.{Why(rule)} Change it to {bound} {limit.Unit}{cure}."));
            }
        }
    }

    private static IEnumerable<Finding> Secrets(PromptFile prompt) =>
        prompt.Text.Split('\n').Index().Where(line => Secret().IsMatch(line.Item)).Select(line => new Finding(
            prompt.File, line.Index + 1, "secret", FindingLevel.Error,
            "This looks like a key or a password; whoever may read the prompt can use it. Revoke it, and keep secrets in the environment.")); // never repeats the secret

    private static IEnumerable<Finding> Untrusted(PromptFile prompt)
    {
        var untrusted = prompt.Inputs?.Where(input => input.Value.Untrusted).Select(input => input.Key).ToHashSet() ?? [];
        return Placed(prompt, "system_prompt", prompt.SystemPrompt).Where(place => untrusted.Contains(place.Name)).Select(place => new Finding(
            prompt.File, place.Line, "untrusted-in-system", FindingLevel.Error,
            $"\"{place.Name}\" comes from outside; in system_prompt it could give orders. Move {{{place.Name}}} to user_prompt_template."));
    }

    /// <summary>What looks like a placeholder and stays text: legal, and nearly always a slip.</summary>
    private static IEnumerable<Finding> Unknown(PromptFile prompt)
    {
        var known = Rendering.Variables(prompt).Keys.Append(Rendering.Context).ToList();
        return Texts(prompt).Where(part => part.Template).SelectMany(part => Braces().Matches(part.Text)
            .Where(match => !known.Contains(match.Groups["name"].Value) || match.Groups["name"].Length != match.Groups["inner"].Length)
            .Select(match => new Finding(prompt.File, part.LineAt(match.Index), "unknown-placeholder", FindingLevel.Warning,
                $"{match.Value} is no placeholder and goes out as text.{YamlMap.Nearest(match.Groups["name"].Value, known)} Declare it under inputs, and write it without spaces.")));
    }

    private static IEnumerable<Finding> Hidden(PromptFile prompt) =>
        prompt.Text.Split('\n').Index().SelectMany(line => line.Item.Where(HiddenCharacter.Is).Distinct().Select(c => new Finding(
            prompt.File, line.Index + 1, "hidden-character", FindingLevel.Error,
            $"The invisible character {HiddenCharacter.Name(c)} makes a reviewer see other text than the model. Delete it.")));

    private static IEnumerable<Finding> Limits(PromptFile prompt)
    {
        if (prompt.MaxTokens is < ShortAnswer)
        {
            yield return new Finding(prompt.File, prompt.Parts.GetValueOrDefault("max_tokens")?.Line, "max-tokens", FindingLevel.Warning,
                $"max_tokens of {prompt.MaxTokens} cuts nearly every sentence short. Raise it to the length of a whole answer.");
        }
    }

    private static IEnumerable<(string Name, int? Line)> Placed(PromptFile prompt, string key, string text)
    {
        var at = 0;
        foreach (var segment in Rendering.Parse(prompt, text).Segments)
        {
            if (segment.Name is { } name)
                yield return (name, prompt.Parts.GetValueOrDefault(key)?.LineAt(text.AsSpan(0, at).Count('\n')));
            at += segment.Text.Length;
        }
    }

    private static IEnumerable<Part> Texts(PromptFile prompt)
    {
        yield return new Part("system_prompt", prompt.SystemPrompt, prompt, Template: true);
        if (prompt.UserPromptTemplate is { } user)
            yield return new Part("user_prompt_template", user, prompt, Template: true);
        foreach (var tool in prompt.Tools)
            yield return new Part("tools", tool.Description, prompt, Template: false);
    }

    private static string Why(LintRule rule) => rule.Why is { } why ? $" {why.TrimEnd('.')}." : "";

    private static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;

    private sealed record Part(string Key, string Text, PromptFile Prompt, bool Template)
    {
        internal int? LineAt(int index) => Prompt.Parts.GetValueOrDefault(Key)?.LineAt(Text.AsSpan(0, index).Count('\n'));
    }

    [GeneratedRegex(@"\bsk-[\w-]{20,}|\b(AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_\w{36,}|\bgithub_pat_\w{22,}|\bxox[abprs]-[\w-]{10,}|\bAIza[\w-]{35}|-----BEGIN [A-Z ]*PRIVATE KEY-----|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.|(?i:\b(api[_-]?key|password|secret|token)\s*[:=]\s*[""']?(?=[\w+/-]*\d)[\w+/-]{12,})|\bAccountKey=[\w+/=]{20,}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Secret();

    [GeneratedRegex(@"\{\{(?<inner>\s*(?<name>[A-Za-z_][\w.]*)\s*)\}\}|\{(?<inner>\s*(?<name>[A-Za-z_][\w.]*)\s*)\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Braces();
}
