namespace LlmOps.Prompts;

/// <summary>Text from outside is stored exactly as it came, or refused: never cut, never cleaned.</summary>
public static class StoredText
{
    public static Refusal? Refuse(string field, string? text, int most) =>
        text is null ? null
        : text.Length > most ? Refusal.Invalid("text-too-long", $"{field} has {text.Length} characters; the limit is {most}. Shorten it.")
        : text.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var at ? Refusal.Invalid("nul-character", $"{field} holds a NUL character at offset {at}, which cannot be stored. Delete it.")
        : null;
}
