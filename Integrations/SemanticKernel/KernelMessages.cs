using System.Security;
using LlmOps.Prompting;

namespace LlmOps.SemanticKernel;

/// <summary>A rendered prompt as the kernel's parser of chat messages reads it. What a value says stays text: it opens no message of its own,
/// and no character that XML has no place for makes the parser take the whole for one message of the user.</summary>
internal static class KernelMessages
{
    /// <param name="input">The user's message where the prompt has no template for it.</param>
    public static string Of(RenderedPrompt prompt, string? input) => Message("system", prompt.System) + Message("user", prompt.User ?? input);

    private static string Message(string role, string? text) => string.IsNullOrWhiteSpace(text) ? "" : $"<message role=\"{role}\">{Inert(text)}</message>\n";

    private static string Inert(string text) => SecurityElement.Escape(string.Concat(text.EnumerateRunes().Select(rune => rune.Value switch
    {
        '\t' or '\n' or '\r' or (>= ' ' and not 0xFFFE and not 0xFFFF) => rune.ToString(),
        _ => "\uFFFD",
    })));
}
