using System.Text.Json.Nodes;
using LlmOps.Evaluation;
using LlmOps.Pricing;

namespace LlmOps.EvalRunner;

/// <summary>Asks the gateway one case, pinned to the job's bundle, and scores the answer.</summary>
public sealed class CaseRunner(GatewayClient gateway, TimeProvider clock)
{
    private const int Attempts = 5;

    /// <summary>No attempt begins later than this: with the client's time-out it ends within the job's lease.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <returns>Refused where the job cannot be read or the gateway cannot be reached: that says nothing about the bundle, so the job is left to its lease.
    /// A case that the gateway refuses is an errored result.</returns>
    public async Task<Result<JobResult>> Run(EvalJob job, PriceBook book, CancellationToken ct)
    {
        var suite = Suite.Parse(job.SuiteText, "suite.yaml");
        if (suite.Refused)
            return suite.Refusal;
        var row = Dataset.Parse(job.Case, "case.jsonl");
        if (row.Refused)
            return row.Refusal;
        var scorers = suite.Value.Scorers.Select(Scorer.Create).ToList();
        if (scorers.Find(scorer => scorer.Refused) is { Refusal: { } unknown })
            return unknown;
        var result = await Ask(job, row.Value.Cases[0], [.. scorers.Select(scorer => scorer.Value!)], book, ct);
        return result.Refused ? result.Refusal : new JobResult(job.Id, job.Attempt, result.Value);
    }

    private async Task<Result<CaseResult>> Ask(EvalJob job, EvalCase @case, IReadOnlyList<Scorer> scorers, PriceBook book, CancellationToken ct)
    {
        var begun = clock.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var (asked, at) = (clock.GetTimestamp(), clock.GetUtcNow());
            var completion = await gateway.Complete(Body(job.App, @case), job.Bundle, ct);
            var latency = clock.GetElapsedTime(asked);
            var answer = completion.Refused ? completion.Refusal : Answer.Read(completion.Value);
            if (!answer.Refused)
            {
                var asking = new Asked(completion, attempt, latency.TotalMilliseconds, null, TokenUsage.Of(0, 0));
                return Scoring.Of(@case, scorers, Scoring.Answered(@case, answer.Value, asking, Scoring.Cost(answer.Value.Model, answer.Value, book, at)), answer.Value, asking, [], 0);
            }

            var wait = Wait(answer.Refusal, attempt);
            if (attempt == Attempts || wait is null || clock.GetElapsedTime(begun) + wait > Patience)
                return answer.Refusal.Code == "unreachable" ? answer.Refusal : Scoring.Errored(@case, answer.Refusal);
            await Task.Delay(wait.Value, clock, ct);
        }
    }

    /// <summary>Null where asking again would change nothing.</summary>
    private static TimeSpan? Wait(Refusal refusal, int attempt) => refusal switch
    {
        { Kind: not (RefusalKind.Exhausted or RefusalKind.Upstream) } => null,
        BusyRefusal busy => busy.RetryAfter,
        _ => TimeSpan.FromMilliseconds(250 << attempt),
    };

    private static JsonObject Body(string app, EvalCase @case) => new()
    {
        ["model"] = app,
        ["prompt_variables"] = new JsonObject(@case.Vars.Select(variable => KeyValuePair.Create(variable.Key, (JsonNode?)variable.Value))),
        ["user"] = @case.Id,
    };
}
