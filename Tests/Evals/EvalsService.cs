using LlmOps.Evals;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Tests.Evals;

/// <summary>Evals on its own database, with what the tests of several subjects ask of it.</summary>
public sealed class EvalsService() : TestService<RunStore>("evals")
{
    public const string Suite = """
        dataset: datasets/golden.jsonl
        scorers:
        - { name: accuracy, type: facts }
        """;

    /// <summary>A plain floor, so that few cases decide.</summary>
    public const string Policy = """
        gates:
        - { metric: accuracy, min: 0.6, method: point }
        """;

    public EvalsClient Client(Role role) => new(As(role));

    public EvalsClient Internal => new(AsService("releases"));

    public static string Rows(params string[] ids) => string.Join('\n', ids.Select(id => $$"""{"id": "{{id}}", "input": "Is {{id}} open?", "expected": "yes", "segment": "hours"}"""));

    /// <summary>A run on a dataset and, unless told otherwise, a bundle of the app's own.</summary>
    public async Task<RunView> Start(string app, string[] cases, CancellationToken ct, string? bundle = null, string? baseline = null, string policy = Policy)
    {
        await Client(Role.Engineer).PutDataset("golden", new(app, Rows(cases), null), ct);
        await Client(Role.Engineer).PutSuite("guest", new(app, Suite), ct);
        var run = await Internal.Start(new(app, "guest", bundle ?? $"b_{app}", baseline, policy, "engineer@local"), ct);
        return run.Value ?? throw new InvalidOperationException(run.Refusal!.Detail);
    }

    public async Task<EvalJob[]> Claim(string runner, int max, CancellationToken ct) => [.. (await Internal.Claim(new(runner, max), ct)).Value!];

    public async Task<int> Finish(CancellationToken ct, params JobResult[] results) => (await Internal.Finish(new(results), ct)).Value!.Taken;

    /// <summary>One pass of the worker that decides runs.</summary>
    public Task Pass(CancellationToken ct) => ActivatorUtilities.CreateInstance<FinishWorker>(Services).Pass(ct);

    public static JobResult Answered(EvalJob job, bool right, string output = "yes") => new(job.Id, job.Attempt, new(
        CaseOf(job), "hours", output, new Dictionary<string, double> { ["accuracy"] = right ? 1 : 0 }, right, null, 12, 0.0001m, [], Tokens: new(100, 10)));

    public static JobResult Errored(EvalJob job, string why) =>
        new(job.Id, job.Attempt, new(CaseOf(job), "hours", "", new Dictionary<string, double>(), false, why, null, null, []));

    public static string CaseOf(EvalJob job) => LlmOps.Evaluation.Dataset.Parse(job.Case, "case.jsonl").Value!.Cases[0].Id;
}
