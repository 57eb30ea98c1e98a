using LlmOps.Prompting;

namespace LlmOps.Prompts;

/// <summary>A prompt of an app: its versions, and the labels that say which of them is where.</summary>
/// <param name="Labels">Label to version.</param>
public sealed record Prompt(string App, string Name, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<string> Versions, DateTimeOffset UpdatedAt)
{
    /// <summary>The label of what users get.</summary>
    public const string Live = "production";

    /// <summary>By precedence of semantic versions, the newest first.</summary>
    public static IReadOnlyList<string> Ordered(IEnumerable<string> versions) => [.. versions.OrderByDescending(Parsed)];

    /// <summary>The highest version below that one: what it is a change of. Null for the first.</summary>
    public static string? Before(IEnumerable<string> versions, SemanticVersion version) => Ordered(versions).FirstOrDefault(other => Parsed(other) < version);

    private static SemanticVersion Parsed(string version) =>
        SemanticVersion.TryParse(version, out var parsed) ? parsed : throw new FormatException($"\"{version}\" was stored and is no semantic version.");
}

/// <summary>One version, immutable from its push on.</summary>
/// <param name="Sha256">Of the file's bytes.</param>
/// <param name="Author">Who pushed it first.</param>
/// <param name="Findings">What the lint policy in force says of it.</param>
public sealed record PromptVersion(
    string App, string Name, string Version, string Sha256, string Text, string Model, string Author, string? Commit, string? Changelog,
    IReadOnlyList<string> Changes, DateTimeOffset CreatedAt, IReadOnlyList<Finding> Findings)
{
    public string Subject => $"prompt:{App}/{Name}@{Version}";

    /// <summary>Reads a pushed file. Its findings come with the policy, later.</summary>
    public static Result<PromptVersion> Read(string name, PushPrompt push, string author, DateTimeOffset now)
    {
        var file = PromptFile.Parse(push.Text, name);
        if (file.Refused)
            return file.Refusal;
        return new PromptVersion(
            push.App, name, file.Value.Version.ToString(), file.Value.Sha256, push.Text, file.Value.Model, author, push.Commit, push.Changelog, file.Value.Changes, now, []);
    }

    /// <summary>The file as the prompting library reads it.</summary>
    public Result<PromptFile> File() => PromptFile.Parse(Text, Name);

    /// <summary>The version there is under this number: the same bytes again are the same version, other bytes are none.</summary>
    public Result<PromptVersion> Again(PromptVersion pushed) => pushed.Sha256 == Sha256
        ? this
        : Refusal.Conflict("version-exists", $"{Name} {Version} was pushed by {Author} with other content, and a version never changes. Raise the version in the file and push again.");

    /// <summary>The version with its findings, or why its number does not say what changed since the version before.</summary>
    public Result<PromptVersion> Judged(PromptVersion? previous, LintRules rules)
    {
        var file = File();
        if (file.Refused)
            return file.Refusal;
        if (previous is not null)
        {
            var before = previous.File();
            if (before.Refused)
                return before.Refusal;
            if (VersionBump.Check(before.Value, file.Value) is { } bump)
                return Refusal.Invalid(bump.Rule, $"{bump.File}, line {bump.Line}: {bump.Message}");
        }
        return this with { Findings = Lint.Check(file.Value, rules) };
    }
}
