using System.Text.Json.Nodes;
using LlmOps.Evaluation;
using LlmOps.Inference;
using LlmOps.Pricing;

namespace LlmOps.Tests.Evaluation.Running;

/// <summary>Runs of made-up cases against a scripted model, as the tests of several subjects need them.</summary>
internal static class Runs
{
    /// <summary>1 USD per million input tokens, 10 USD per million output tokens.</summary>
    public static readonly PriceBook Book = PriceBook.Parse("""{"models": [{"model": "test/model", "input": 1, "output": 10}, {"model": "test/judge", "input": 2, "output": 20}]}""", "book").Value!;

    public static readonly RetryRules Patient = new(5, TimeSpan.FromMinutes(1), 1000);

    public static ModelPin Pin => ModelPin.Parse("test/model@1").Value!;

    public static Dataset Cases(int count) => Dataset.Parse(string.Join('\n', Enumerable.Range(1, count).Select(i => $$"""{"id": "c{{i:000}}", "input": "question {{i}}", "expected": "yes", "segment": "s{{i % 2}}"}""")), "cases.jsonl").Value!;

    public static SuiteRun Of(Dataset dataset, ModelPin? model = null, int repeats = 1, params Scorer[] judges) => new(
        dataset, [Scorer.Create(new SuiteScorer("accuracy", "facts")).Value!, .. judges], repeats, model ?? Pin,
        @case => new PreparedCase(new JsonObject { ["model"] = "model", ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = @case.Vars["input"] }) }, []));

    public static async Task<IReadOnlyList<CaseResult>> Run(
        SuiteRun run, IModel model, RunLimits? limits = null, RunJournal? journal = null, Func<IReadOnlyList<CaseResult>, IReadOnlyList<GateResult>>? decide = null,
        Action<RunProgress>? progress = null, CancellationToken? ct = null)
    {
        using var runner = SuiteRunner.Create(run, _ => Result.Of(model), Book, limits ?? Limits(), TimeProvider.System, journal, null, progress).Value!;
        return await runner.Run(decide, ct ?? TestContext.Current.CancellationToken);
    }

    public static RunLimits Limits(int perProvider = 8, int mostRepeats = 0, RetryRules? retries = null) => new(perProvider, mostRepeats, retries ?? Patient);

    public static EvalReport Report(Dataset dataset, IReadOnlyList<CaseResult> cases) => ReportBuilder.Build(
        "b_1", dataset, Policy.Parse("gates:\n- { metric: accuracy, min: 0.5, method: point }\n", "p.yaml").Value!, cases, null, null, 1, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1));
}
