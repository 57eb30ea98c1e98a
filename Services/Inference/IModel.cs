using System.Text.Json.Nodes;

namespace LlmOps.Inference;

/// <summary>A chat model that speaks OpenAI's wire JSON in and out, so that fields nobody here knows pass through untouched.</summary>
public interface IModel
{
    /// <summary>A <c>chat.completion</c>, or the refusal in its place (an <see cref="UpstreamRefusal"/> where a provider said no).</summary>
    Task<Result<JsonObject>> Complete(JsonObject request, CancellationToken ct);

    /// <summary><c>chat.completion.chunk</c> objects; the last one carries <c>usage</c> with <c>choices: []</c>.</summary>
    /// <exception cref="ModelException">The model refused, or the stream ended before its end.</exception>
    IAsyncEnumerable<JsonObject> Stream(JsonObject request, CancellationToken ct);
}

/// <summary>A provider's no, with what a retry needs to know.</summary>
/// <param name="Status">The HTTP status; 200 for an error inside a stream that had begun, 0 where no whole answer came (unreachable, late, cut, not JSON).</param>
/// <param name="Type">OpenAI's <c>error.type</c>, for instance <c>rate_limit_error</c>.</param>
/// <param name="RetryAfter">How long the provider asks to wait; null where it did not say.</param>
public sealed record UpstreamRefusal(RefusalKind Kind, string Code, string Detail, int Status, string Type, TimeSpan? RetryAfter)
    : Refusal(Kind, Code, Detail)
{
    public const string UnreachableCode = "model-unreachable";

    public static UpstreamRefusal Cut(string detail) => new(RefusalKind.Upstream, "stream-cut", detail, 0, "connection_error", null);

    public static UpstreamRefusal Malformed(string detail) => new(RefusalKind.Upstream, "malformed-answer", detail, 0, "malformed_answer", null);

    public static UpstreamRefusal Late(string detail) => new(RefusalKind.Upstream, "model-timeout", detail, 0, "timeout_error", null);

    public static UpstreamRefusal Unreachable(string detail) => new(RefusalKind.Upstream, UnreachableCode, detail, 0, "connection_error", null);
}

/// <summary>A refusal in a stream, where no result can stand in its place.</summary>
public sealed class ModelException(Refusal refusal) : Exception(refusal.Detail)
{
    public Refusal Refusal { get; } = refusal;
}
