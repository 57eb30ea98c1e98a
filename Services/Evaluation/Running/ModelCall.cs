using System.Text.Json.Nodes;
using LlmOps.Inference;

namespace LlmOps.Evaluation;

/// <summary>One call of a model, read as a stream and put together again.</summary>
/// <param name="Completion">A chat completion with a message, or why there is none.</param>
/// <param name="TtftMs">From asking to the first text or tool; null where none came.</param>
/// <param name="Lost">What the provider bills although nothing can be used: the request and what was said before it broke off, by our own count.</param>
internal sealed record ModelCall(Result<JsonObject> Completion, double LatencyMs, double? TtftMs, TokenUsage Lost)
{
    internal static async Task<ModelCall> Make(IModel model, JsonObject request, TimeSpan limit, TimeProvider clock, CancellationToken ct)
    {
        using var time = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, ct);
        var (answer, asked) = (new StreamedCompletion(), clock.GetTimestamp());
        double? ttft = null;
        Refusal refusal;
        try
        {
            await foreach (var chunk in model.Stream(request, either.Token).WithCancellation(either.Token))
            {
                if (answer.Add(chunk))
                    ttft ??= clock.GetElapsedTime(asked).TotalMilliseconds;
            }
            var latency = clock.GetElapsedTime(asked).TotalMilliseconds;
            if (answer.Completion() is { } completion)
                return new ModelCall(completion, latency, ttft, TokenUsage.Of(0, 0));
            refusal = UpstreamRefusal.Malformed("The model's stream has no message in it.");
        }
        catch (ModelException no)
        {
            refusal = no.Refusal;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            refusal = UpstreamRefusal.Late($"The model did not answer within {limit.TotalSeconds:0.#} s.");
        }
        return new ModelCall(refusal, clock.GetElapsedTime(asked).TotalMilliseconds, ttft, Owed(refusal) ? Estimate(request, answer.Said) : TokenUsage.Of(0, 0));
    }

    /// <summary>Nothing is owed where the provider said no or was not reached; where it took the request and then failed, it may bill for that.</summary>
    private static bool Owed(Refusal refusal) => refusal is UpstreamRefusal { Status: <= 0, Code: not UpstreamRefusal.UnreachableCode };

    internal static TokenUsage Estimate(JsonObject request, string said) => TokenUsage.Of(
        (request["messages"] as JsonArray ?? []).OfType<JsonObject>().Sum(message => EmbeddedTokens.Count(TextOf(message["content"]))), EmbeddedTokens.Count(said));

    private static string TextOf(JsonNode? content) => content switch
    {
        JsonArray parts => string.Join('\n', parts.OfType<JsonObject>().Select(part => part["text"]?.ToString())),
        JsonValue text => text.ToString(),
        _ => "",
    };
}
