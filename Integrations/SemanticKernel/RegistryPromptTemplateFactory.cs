using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using LlmOps.Prompting;
using Microsoft.SemanticKernel;

namespace LlmOps.SemanticKernel;

/// <summary>Templates that live in the registry: the template text is <c>prompt@label</c> (<c>guest-agent@production</c>; production unless said),
/// and what is rendered is the version that the label names at that moment.</summary>
public sealed class RegistryPromptTemplateFactory(PromptRegistry registry) : IPromptTemplateFactory
{
    /// <summary>The <c>templateFormat</c> to ask for.</summary>
    public const string Format = "llmops";

    /// <summary>The argument that holds the passages of a prompt that retrieves: a list of <see cref="ContextPassage"/>.</summary>
    public const string Context = Rendering.Context;

    /// <summary>The argument that is the user's message where the prompt has no template for it.</summary>
    public const string Input = "input";

    private const string Live = "production";

    public bool TryCreate(PromptTemplateConfig templateConfig, [NotNullWhen(true)] out IPromptTemplate? result)
    {
        result = templateConfig.TemplateFormat == Format ? Named(templateConfig.Template.Trim()) : null;
        return result is not null;
    }

    private RegistryPrompt Named(string reference)
    {
        var at = reference.LastIndexOf('@');
        var (name, label) = at < 0 ? (reference, Live) : (reference[..at], reference[(at + 1)..]);
        return name.Length > 0 && label.Length > 0
            ? new RegistryPrompt(registry, name, label)
            : throw new KernelException($"The template is \"{reference}\". Name a prompt and a label, such as guest-agent@production.");
    }

    private sealed class RegistryPrompt(PromptRegistry registry, string name, string label) : IPromptTemplate
    {
        public async Task<string> RenderAsync(Kernel kernel, KernelArguments? arguments = null, CancellationToken cancellationToken = default)
        {
            var found = await registry.Find(name, label, cancellationToken);
            if (found.Refused)
                throw new KernelException(found.Refusal.Detail);

            var prompt = found.Value;
            var given = arguments ?? [];
            var passages = given.TryGetValue(Context, out var context) ? context as IReadOnlyList<ContextPassage> : null;
            if (passages is null && prompt.Retrieval is { } retrieval)
                throw new KernelException($"{name} {prompt.Version} answers from passages of the index {retrieval.Index}. Call its route at the gateway, which retrieves them, or give them as the argument \"{Context}\", a list of {nameof(ContextPassage)}.");

            var rendered = Rendering.Render(prompt, Values(prompt, given), passages ?? []);
            if (rendered.Refused)
                throw new KernelException(rendered.Refusal.Detail);
            return KernelMessages.Of(rendered.Value, TextOf(given.TryGetValue(Input, out var input) ? input : null));
        }

        /// <summary>Of the arguments, which may belong to other functions too, those that the prompt knows.</summary>
        private static Dictionary<string, string> Values(PromptFile prompt, KernelArguments arguments)
        {
            var values = new Dictionary<string, string>();
            foreach (var variable in Rendering.Variables(prompt).Keys)
            {
                if (arguments.TryGetValue(variable, out var value) && TextOf(value) is { } text)
                    values[variable] = text;
            }
            return values;
        }

        private static string? TextOf(object? value) => value is null ? null : Convert.ToString(value, CultureInfo.InvariantCulture);
    }
}
