using System.Text.Json.Nodes;
using LlmOps.Inference;

namespace LlmOps.Evaluation;

/// <summary>Asks models on behalf of one run: through each provider's lane, again where that may help, within the run's budget of retries.</summary>
public sealed class Asking(RetryRules rules, TimeProvider clock)
{
    private int retriesLeft = rules.Budget;

    /// <param name="case">Spreads the waits.</param>
    public async Task<Asked> Ask(IModel model, ProviderLane lane, JsonObject request, string @case, CancellationToken ct)
    {
        var lost = TokenUsage.Of(0, 0);
        long? begun = null;
        for (var attempt = 1; ; attempt++)
        {
            var call = await lane.Enter(() =>
            {
                begun ??= clock.GetTimestamp(); // the wait for a free place is nobody's fault
                return ModelCall.Make(model, request, Max(rules.Time - clock.GetElapsedTime(begun.Value), TimeSpan.Zero), clock, ct);
            }, ct);
            lost += call.Lost;
            if (call.Completion.Refused && Next(call.Completion.Refusal, attempt, @case, clock.GetElapsedTime(begun!.Value)) is { } wait)
            {
                if (RetryRules.Asked(call.Completion.Refusal) is not null)
                    lane.Quiet(wait);
                await Task.Delay(wait, clock, ct);
                continue;
            }
            return new Asked(call.Completion, attempt, call.LatencyMs, call.TtftMs, lost);
        }
    }

    /// <summary>How long to wait before the next attempt; null where there is none.</summary>
    private TimeSpan? Next(Refusal refusal, int attempt, string @case, TimeSpan spent)
    {
        if (attempt >= rules.MostAttempts || !RetryRules.Again(refusal))
            return null;
        var wait = RetryRules.Wait(refusal, attempt, @case);
        return spent + wait < rules.Time && Interlocked.Decrement(ref retriesLeft) >= 0 ? wait : null;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
