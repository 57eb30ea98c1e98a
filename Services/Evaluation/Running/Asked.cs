using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>What became of one question to a model, its retries included.</summary>
/// <param name="Completion">A chat completion, or why there is none.</param>
/// <param name="Attempts">Calls made, from 1; 0 where none could be.</param>
/// <param name="LatencyMs">Of the attempt that answered: from asking to the whole answer.</param>
/// <param name="TtftMs">Of the same attempt, to its first text; null where it was not streamed.</param>
/// <param name="Lost">Tokens of the attempts without an answer that the provider bills: what it took in before it failed, by our own count.</param>
/// <param name="Recorded">It was answered in an earlier run, and measured there.</param>
public sealed record Asked(Result<JsonObject> Completion, int Attempts, double LatencyMs, double? TtftMs, TokenUsage Lost, bool Recorded = false)
{
    public static Asked Never(Refusal why) => new(why, 0, 0, null, TokenUsage.Of(0, 0));
}
