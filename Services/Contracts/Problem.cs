using System.Text.Json;

namespace LlmOps;

/// <summary>RFC 9457 problem details, as far as our clients read them; or the error object of OpenAI's API, which the gateway answers with.</summary>
public sealed record Problem(string? Type, string? Title, string? Detail, IReadOnlyDictionary<string, string[]>? Errors, Problem.ModelError? Error = null)
{
    public const string TypePrefix = "urn:llmops:";

    /// <summary>What to show a person: the detail, the field errors, or the title.</summary>
    public string? Sentence => Errors is { Count: > 0 }
        ? string.Join(" ", Errors.SelectMany(error => error.Value)) // each names its field
        : Detail ?? Title ?? Error?.Message;

    /// <summary>Which no it was; null where the answer does not say.</summary>
    public string? Code => Type?.StartsWith(TypePrefix, StringComparison.Ordinal) == true ? Type[TypePrefix.Length..] : Errors is { Count: > 0 } ? "bad-request" : Error?.Code ?? Error?.Type;

    public static Problem? TryRead(string text)
    {
        try { return JsonSerializer.Deserialize<Problem>(text, Json.Options); }
        catch (JsonException) { return null; }
    }

    public sealed record ModelError(string? Message, string? Type, string? Code);
}
