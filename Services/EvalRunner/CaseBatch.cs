using System.Text.Json.Nodes;
using LlmOps.Evaluation;
using LlmOps.Inference;
using LlmOps.Pricing;

namespace LlmOps.EvalRunner;

/// <summary>A few cases on their way.</summary>
public sealed class CaseBatch(GatewayModels gateway, PriceBook book, RetryRules retries, TimeProvider clock) : IDisposable
{
    private readonly ProviderLane lane = new(CaseRunner.SideBySide, clock);
    private readonly Asking asking = new(retries, clock);

    /// <returns>Refused where the job cannot be read or the gateway cannot be reached: that says nothing about the bundle, so the job is left to its lease.
    /// A case that the gateway refuses is an errored result.</returns>
    public async Task<Result<JobResult>> Run(EvalJob job, CancellationToken ct)
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

        var @case = row.Value.Cases[0];
        var (request, at) = (Body(job.App, @case), clock.GetUtcNow());
        var asked = await asking.Ask(gateway.Pinned(job.Bundle), lane, request, @case.Id, ct);
        if (asked.Completion.Refusal is UpstreamRefusal { Code: UpstreamRefusal.UnreachableCode, Status: 0 } away)
            return away;
        var examiner = new Examiner([.. scorers.Select(scorer => scorer.Value!)], book, (_, question, id, _, stop) => asking.Ask(gateway.Named, lane, question, id, stop));
        return new JobResult(job.Id, job.Attempt, await examiner.Score(@case, request, asked, model: null, given: null, lostTries: job.Attempt - 1, repeat: 1, at, ct));
    }

    public void Dispose() => lane.Dispose();

    private static JsonObject Body(string app, EvalCase @case) => new()
    {
        ["model"] = app,
        ["prompt_variables"] = new JsonObject(@case.Vars.Select(variable => KeyValuePair.Create(variable.Key, (JsonNode?)variable.Value))),
        ["user"] = @case.Id,
    };
}
