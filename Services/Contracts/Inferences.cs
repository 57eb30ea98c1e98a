using System.ComponentModel.DataAnnotations;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps;

public enum Arm { Stable, Canary, Shadow, Eval }

/// <summary>How a call ended. An open one is in flight, or its gateway died: it is settled as estimated when the journal is adopted.</summary>
public enum Outcome { Open, Ok, Error, Cancelled }

/// <summary>One call through the gateway. Content is not in it.</summary>
/// <param name="RequestId"><c>req_…</c>, also the answer's x-request-id.</param>
/// <param name="Attempt">From 1; the ledger counts (request, attempt) once.</param>
/// <param name="Gateway">The replica whose journal holds it.</param>
/// <param name="Release">The release whose canary or shadow was running on the route; set on its stable control arm too.</param>
/// <param name="Step">The rung of that release's ladder; -1 while it shadows.</param>
/// <param name="Unit">SHA-256 of the hashed subject, hex; null for a call without one.</param>
/// <param name="LatencyMs">From the request's arrival to the last byte of the answer.</param>
/// <param name="TtftMs">To the first token; null when not streamed.</param>
/// <param name="Estimated">The provider sent no usage; the tokens were counted here.</param>
/// <param name="Flags">no-answer, refused, truncated, fallback, …</param>
/// <param name="InputHash">SHA-256 of the input, hex.</param>
/// <param name="ShadowOf">The primary request a shadow copied.</param>
/// <param name="Tags">The caller's <c>metadata</c> without its <c>unit</c>: at most 16, names of at most 64 characters, values of at most 512. Null for a call without.</param>
public sealed record InferenceRecord(
    string RequestId, int Attempt, string Gateway, string App, string Route, Arm Arm, string? Release, int? Step, string Bundle, string Label, string Model,
    string? IndexVersion, long? TailPosition, string? Unit, string KeyId, string? TraceId, DateTimeOffset StartedAt, double LatencyMs, double? TtftMs, Outcome Outcome,
    string? ErrorType, string? FinishReason, TokenUsage Tokens, bool Estimated, IReadOnlyList<string> Flags, string InputHash, int InputChars, int OutputChars, string? ShadowOf,
    IReadOnlyDictionary<string, string>? Tags = null)
{
    /// <summary>Error type of a call whose gateway died under it: no arm's fault.</summary>
    public const string GatewayDied = "gateway-died";
}

/// <summary>What a user or a system said about an inference, with the arm it belongs to.</summary>
public sealed record FeedbackRecord(string RequestId, string App, Arm Arm, string? Release, int? Step, string Bundle, bool? Correct, double? Score, string Person, DateTimeOffset At, string? Comment = null);

/// <summary>One item of the evidence feed: exactly one of the two is set.</summary>
public sealed record FeedItem(InferenceRecord? Inference, FeedbackRecord? Feedback);

/// <param name="Cursor">Opaque; hand it back as <c>after</c>. Keep it in the same transaction as the effect.</param>
public sealed record FeedPage(IReadOnlyList<FeedItem> Items, string Cursor);

/// <summary>A page whose items are not read yet, for a reader that sets a broken one aside and takes the rest.</summary>
public sealed record RawFeedPage(IReadOnlyList<JsonElement> Items, string Cursor);

/// <param name="Score">0..1.</param>
public sealed record GiveFeedback([property: Required] string RequestId, bool? Correct, [property: Range(0.0, 1.0)] double? Score, [property: MaxLength(2000)] string? Comment);

public sealed record FeedbackTaken(string RequestId);

/// <summary>A passage that the model was given, as the gateway reports it to evaluations.</summary>
public sealed record GivenPassage(string Document, double Score, string Text);

public sealed class GatewayClient(HttpClient http) : ServiceClient(http)
{
    public Task<Result<FeedPage>> Feed(string? after, int max, CancellationToken ct) => Get<FeedPage>($"inferences?after={Esc(after ?? "")}&max={max}", ct);

    public Task<Result<RawFeedPage>> RawFeed(string? after, int max, CancellationToken ct) => Get<RawFeedPage>($"inferences?after={Esc(after ?? "")}&max={max}", ct);

    public Task<Result<InferenceRecord>> Inference(string requestId, CancellationToken ct) => Get<InferenceRecord>($"inferences/{Esc(requestId)}", ct);

    public Task<Result<FeedbackTaken>> Give(GiveFeedback feedback, CancellationToken ct) => Post<FeedbackTaken>("v1/feedback", feedback, ct);

    /// <summary>One chat completion, the body in OpenAI's form. With <paramref name="bundle"/> the call is pinned to it and belongs to the eval arm.</summary>
    public Task<Result<JsonObject>> Complete(JsonObject body, string? bundle, CancellationToken ct)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions") { Content = JsonContent.Create(body) };
        if (bundle is not null)
            request.Headers.Add("x-llmops-bundle", bundle);
        return Send<JsonObject>(request, ct);
    }
}
