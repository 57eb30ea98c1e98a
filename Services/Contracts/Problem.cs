using System.Text.Json;

namespace LlmOps;

/// <summary>RFC 9457 problem details, as far as our clients read them.</summary>
/// <param name="Error">OpenAI's form instead, in which the gateway answers on OpenAI's routes.</param>
public sealed record Problem(string? Type, string? Title, string? Detail, IReadOnlyDictionary<string, string[]>? Errors, OpenAiProblem? Error = null)
{
    public const string TypePrefix = "urn:llmops:";

    /// <summary>The refusal's code, in either form.</summary>
    public string? Code => Type?.StartsWith(TypePrefix, StringComparison.Ordinal) == true ? Type[TypePrefix.Length..] : Error?.Code?.Replace('_', '-');

    /// <summary>What to show a person: the detail, the field errors, or the title.</summary>
    public string? Sentence => Errors is { Count: > 0 }
        ? string.Join(" ", Errors.Select(error => $"{error.Key}: {string.Join(" ", error.Value)}"))
        : Detail ?? Title ?? Error?.Message;

    public static Problem? TryRead(string text)
    {
        try { return JsonSerializer.Deserialize<Problem>(text, Json.Options); }
        catch (JsonException) { return null; }
    }
}

public sealed record OpenAiProblem(string? Message, string? Code);
