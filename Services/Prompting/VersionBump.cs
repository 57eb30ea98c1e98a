using System.Text.Json;

namespace LlmOps.Prompting;

/// <summary>How far two prompt versions are apart.</summary>
public enum ChangeSize { None, Patch, Minor, Major }

/// <summary>Whether a version number says what really changed. Major: a caller must change (an input removed, added as required or of
/// another type; the response schema; a tool removed). Minor: answers change by more than words (model, parameters, retrieval, a tool added
/// or altered, an optional input). Patch: words only. More than needed is fine; less, or a number used twice, is not.</summary>
public static class VersionBump
{
    /// <summary>The finding that stops <paramref name="next"/>, or null.</summary>
    public static Finding? Check(PromptFile previous, PromptFile next)
    {
        var (needed, why) = Size(previous, next);
        var line = next.Parts.GetValueOrDefault("version")?.Line;
        if (next.Version == previous.Version)
        {
            return needed == ChangeSize.None ? null : new Finding(next.File, line, "version-reused", FindingLevel.Error,
                $"Version {next.Version} exists already with other content ({why}). Raise it to {Raise(previous.Version, needed)}.");
        }
        if (next.Version < previous.Version)
        {
            return new Finding(next.File, line, "version-goes-back", FindingLevel.Error,
                $"Version {next.Version} is lower than {previous.Version}. Raise it to {Raise(previous.Version, needed == ChangeSize.None ? ChangeSize.Patch : needed)}.");
        }
        return Given(previous.Version, next.Version) >= needed ? null : new Finding(next.File, line, "version-bump", FindingLevel.Error,
            $"{why}, so {previous.Version} needs a {YamlMap.Kebab(needed)} bump and {next.Version} is less. Raise it to {Raise(previous.Version, needed)}.");
    }

    /// <summary>The size of the change, with what decided it.</summary>
    public static (ChangeSize Size, string Why) Size(PromptFile previous, PromptFile next)
    {
        foreach (var (name, was) in previous.Inputs ?? new Dictionary<string, PromptInput>())
        {
            if (next.Inputs?.GetValueOrDefault(name) is not { } now)
                return (ChangeSize.Major, $"the input \"{name}\" was removed");
            if (now.Type != was.Type || (now.Required && !was.Required))
                return (ChangeSize.Major, $"the input \"{name}\" asks for more than before");
        }
        var before = Rendering.Variables(previous);
        foreach (var (name, required) in Rendering.Variables(next))
        {
            if (required && !before.ContainsKey(name))
                return (ChangeSize.Major, $"the required input \"{name}\" is new");
        }
        if (!Same(previous.ResponseSchema, next.ResponseSchema))
            return (ChangeSize.Major, "the response schema changed");
        if (previous.Tools.FirstOrDefault(tool => !next.Tools.Any(other => other.Name == tool.Name)) is { } removed)
            return (ChangeSize.Major, $"the tool \"{removed.Name}\" was removed");

        if (previous.Model != next.Model)
            return (ChangeSize.Minor, "the model changed");
        if (previous.Temperature != next.Temperature || previous.MaxTokens != next.MaxTokens)
            return (ChangeSize.Minor, "the parameters changed");
        if (previous.Retrieval != next.Retrieval)
            return (ChangeSize.Minor, "the retrieval changed");
        if (next.Tools.FirstOrDefault(tool => !previous.Tools.Any(other => SameTool(tool, other))) is { } altered)
            return (ChangeSize.Minor, $"the tool \"{altered.Name}\" is new or changed");
        if (next.Inputs?.FirstOrDefault(input => previous.Inputs?.GetValueOrDefault(input.Key) != input.Value) is { Key: { } changed })
            return (ChangeSize.Minor, $"the input \"{changed}\" is new or changed");

        return previous.SystemPrompt != next.SystemPrompt || previous.UserPromptTemplate != next.UserPromptTemplate
            ? (ChangeSize.Patch, "the text changed")
            : (ChangeSize.None, "nothing changed");
    }

    private static ChangeSize Given(SemanticVersion from, SemanticVersion to) =>
        to.Major != from.Major ? ChangeSize.Major
        : to.Minor != from.Minor ? ChangeSize.Minor
        : to.Patch != from.Patch ? ChangeSize.Patch
        : ChangeSize.Major; // out of pre-release, or one pre-release to the next: nobody relies on it yet

    private static SemanticVersion Raise(SemanticVersion from, ChangeSize size) => size switch
    {
        ChangeSize.Major => new SemanticVersion(from.Major + 1, 0, 0),
        ChangeSize.Minor => new SemanticVersion(from.Major, from.Minor + 1, 0),
        ChangeSize.Patch => new SemanticVersion(from.Major, from.Minor, from.Patch + 1),
        ChangeSize.None => from,
    };

    private static bool SameTool(PromptTool a, PromptTool b) => a.Name == b.Name && a.Description == b.Description && Same(a.Parameters, b.Parameters);

    private static bool Same(JsonElement? a, JsonElement? b) =>
        a is { } x && b is { } y ? JsonElement.DeepEquals(x, y) : a is null && b is null;
}
