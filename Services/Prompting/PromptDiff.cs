using System.Globalization;
using System.Text.Json;

namespace LlmOps.Prompting;

/// <summary>What changed between two prompt versions, section by section, ready to be printed.</summary>
public sealed record PromptDiff(string From, string To, IReadOnlyList<DiffSection> Sections)
{
    public bool Changed => Sections.Any(section => section.Changed);

    public static PromptDiff Between(PromptFile from, PromptFile to) => new(
        from.Version.ToString(), to.Version.ToString(),
        [
            Section("system", from.SystemPrompt, to.SystemPrompt),
            Section("user", from.UserPromptTemplate ?? "", to.UserPromptTemplate ?? ""),
            Section("parameters", Parameters(from), Parameters(to)),
            Section("inputs", Inputs(from), Inputs(to)),
            Section("tools", Tools(from), Tools(to)),
        ]);

    public static DiffSection Section(string name, string from, string to) => new(name, LineDiff.Between(from, to));

    private static string Parameters(PromptFile prompt) => string.Join('\n', new[]
    {
        $"model: {prompt.Model}",
        prompt.Temperature is { } temperature ? string.Create(CultureInfo.InvariantCulture, $"temperature: {temperature}") : null,
        prompt.MaxTokens is { } tokens ? $"max_tokens: {tokens}" : null,
        prompt.Retrieval is { } retrieval ? $"retrieval: {retrieval.Index}, k {retrieval.K}" : null,
        prompt.ResponseSchema is { } schema ? $"response_schema: {JsonSerializer.Serialize(schema, Json.Indented)}" : null,
    }.OfType<string>());

    private static string Inputs(PromptFile prompt) => string.Join('\n', (prompt.Inputs ?? new Dictionary<string, PromptInput>())
        .Select(input => $"{input.Key}: {input.Value.Type}{(input.Value.Required ? ", required" : "")}{(input.Value.Untrusted ? ", untrusted" : "")}"));

    private static string Tools(PromptFile prompt) => string.Join('\n', prompt.Tools.Select(tool =>
        $"{tool.Name}: {tool.Description}" + (tool.Parameters is { } parameters ? '\n' + JsonSerializer.Serialize(parameters, Json.Indented) : "")));
}

public sealed record DiffSection(string Name, IReadOnlyList<DiffLine> Lines)
{
    public bool Changed => Lines.Any(line => line.Kind != DiffKind.Same);
}

public enum DiffKind { Same, Added, Removed, Changed }

/// <param name="OldNumber">Line number in the old text, 1-based; null for an added line.</param>
/// <param name="NewNumber">Line number in the new text, 1-based; null for a removed line.</param>
/// <param name="Old">The old line in pieces; empty for an added line.</param>
/// <param name="New">The new line in pieces; empty for a removed line. Equal to <paramref name="Old"/> where nothing changed.</param>
public sealed record DiffLine(DiffKind Kind, int? OldNumber, int? NewNumber, IReadOnlyList<DiffSpan> Old, IReadOnlyList<DiffSpan> New);

/// <summary>Same and Changed words; Hidden names a character that no screen shows, as U+202E.</summary>
public enum SpanKind { Same, Changed, Hidden }

public sealed record DiffSpan(string Text, SpanKind Kind);
