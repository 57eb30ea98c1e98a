using System.Text.Json;

namespace LlmOps;

/// <summary>RFC 9457 problem details, as far as our clients read them.</summary>
public sealed record Problem(string? Type, string? Title, string? Detail, IReadOnlyDictionary<string, string[]>? Errors)
{
    public const string TypePrefix = "urn:llmops:";

    /// <summary>What to show a person: the detail, the field errors, or the title.</summary>
    public string? Sentence => Errors is { Count: > 0 }
        ? string.Join(" ", Errors.Select(error => $"{error.Key}: {string.Join(" ", error.Value)}"))
        : Detail ?? Title;

    public static Problem? TryRead(string text)
    {
        try { return JsonSerializer.Deserialize<Problem>(text, Json.Options); }
        catch (JsonException) { return null; }
    }
}
