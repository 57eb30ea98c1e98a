using System.Text;
using System.Text.RegularExpressions;

namespace LlmOps.Prompting;

/// <summary>One passage that retrieval found, as the model is to see it.</summary>
/// <param name="Document">The name that an answer cites.</param>
public sealed record ContextPassage(string Document, string Text);

/// <param name="User">Null where the prompt has no user template: the caller's own messages follow the system prompt.</param>
public sealed record RenderedPrompt(string System, string? User);

/// <summary>Fills a prompt's templates. Values go in as they are and are never read as a template again;
/// only an untrusted one that writes the context's own tag has it escaped, or a guest could hand the model passages of his own.</summary>
public static partial class Rendering
{
    /// <summary>The reserved placeholder at which the passages stand.</summary>
    public const string Context = "context";

    /// <summary>The names a caller may give, and whether each must be given.</summary>
    public static IReadOnlyDictionary<string, bool> Variables(PromptFile prompt)
    {
        var names = prompt.Inputs?.ToDictionary(input => input.Key, input => input.Value.Required) ?? [];
        foreach (var name in Parse(prompt, prompt.SystemPrompt).Names.Concat(Parse(prompt, prompt.UserPromptTemplate ?? "").Names))
            names.TryAdd(name, true);
        names.Remove(Context);
        return names;
    }

    /// <summary>Passages go where <c>{context}</c> stands, else behind the system prompt. Missing and unknown values are refused by name.</summary>
    public static Result<RenderedPrompt> Render(
        PromptFile prompt, IReadOnlyDictionary<string, string> values, IReadOnlyList<ContextPassage> context)
    {
        var variables = Variables(prompt);
        var missing = variables.Where(variable => variable.Value && !values.ContainsKey(variable.Key)).Select(variable => variable.Key).ToList();
        if (missing.Count > 0)
            return Refusal.Invalid("missing-variable", $"{prompt.File} {prompt.Version} needs {Quoted(missing)}. Give a value for each.");
        var extra = values.Keys.Where(name => !variables.ContainsKey(name)).ToList();
        if (extra.Count > 0)
            return Refusal.Invalid("extra-variable", $"{prompt.File} {prompt.Version} has no {Quoted(extra)}. It knows {(variables.Count == 0 ? "no variables" : Quoted(variables.Keys))}. Correct the name or declare it under inputs.");

        var system = Parse(prompt, prompt.SystemPrompt);
        var user = prompt.UserPromptTemplate is { } template ? Parse(prompt, template) : null;
        if (system.Names.FirstOrDefault(name => prompt.Inputs?.GetValueOrDefault(name)?.Untrusted == true) is { } untrusted)
            return Refusal.Invalid("untrusted-in-system", $"{prompt.File} puts the untrusted input \"{untrusted}\" into system_prompt. Move {{{untrusted}}} to user_prompt_template.");

        var block = Block(context);
        var placed = system.Names.Concat(user?.Names ?? []).Contains(Context);
        var inert = values.ToDictionary(value => value.Key, value => prompt.Inputs?.GetValueOrDefault(value.Key)?.Untrusted == true ? Tag().Replace(value.Value, "&lt;") : value.Value);
        var text = Fill(system, inert, block);
        // A prompt that retrieves is told that nothing was found, rather than left to guess.
        if (!placed && (context.Count > 0 || prompt.Retrieval is not null))
            text = text.TrimEnd('\n') is { Length: > 0 } above ? $"{above}\n\n{block}" : block;
        return new RenderedPrompt(text, user is null ? null : Fill(user, inert, block));
    }

    /// <summary>The passages as one block. What would end the block or fake a passage's heading is escaped inside passages.</summary>
    public static string Block(IReadOnlyList<ContextPassage> context)
    {
        var block = new StringBuilder("<context>\n");
        foreach (var (i, passage) in context.Index())
        {
            block.Append('[').Append(i + 1).Append("] document: ").Append(Harmless(passage.Document.ReplaceLineEndings(" "))).Append('\n');
            block.Append(Harmless(passage.Text.ReplaceLineEndings("\n")).TrimEnd('\n')).Append('\n');
        }
        return block.Append("</context>").ToString();
    }

    internal static Template Parse(PromptFile prompt, string text) => Template.Parse(text, prompt.Inputs is null ? null : [.. prompt.Inputs.Keys]);

    private static string Fill(Template template, IReadOnlyDictionary<string, string> values, string block) =>
        string.Concat(template.Segments.Select(segment => segment.Name switch
        {
            null => segment.Text,
            Context => block,
            var name => values.GetValueOrDefault(name, ""),
        }));

    private static string Harmless(string text) => Heading().Replace(Tag().Replace(text, "&lt;"), "\\[");

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"\"{name}\""));

    [GeneratedRegex(@"<(?=\s*/?\s*context\s*>)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Tag();

    [GeneratedRegex(@"(?<=^\s*)\[(?=\d+\]\s*document:)", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Heading();
}
