using LlmOps.Inference;
using LlmOps.Pricing;

namespace LlmOps.Evaluation;

/// <summary>Puts a model under load in stages and measures how it serves. A call is a case of its own, in the slice of its stage (c1, c8, …), so that the same gates decide;
/// what is measured of the process stands in one more case.</summary>
/// <param name="model">Opens the model; the time to its first whole answer is its load time.</param>
/// <param name="holds">Whether an answer is what the prompt's response_schema wants; null where it has none.</param>
/// <param name="memory">Working set of the serving process in MB; null where it serves elsewhere.</param>
public sealed class ServingRunner(
    SuiteRun run, ServingLoad load, PriceBook book, Func<IModel> model, Func<string, bool>? holds, Func<double>? memory, TimeSpan limit, TimeProvider clock)
{
    public const string Process = "process";
    public const string SchemaValid = "schema_valid";
    public const string BatchEqual = "batch_equal";
    public const string CacheHit = "cache_hit";

    private const int MostRepeated = 20;

    private readonly Examiner examiner = new(
        [.. run.Scorers.Where(scorer => scorer is not ModelJudge)], book, (_, _, _, _, _) => throw new InvalidOperationException("A serving suite asks no judges."));
    private readonly Dictionary<string, string> alone = [];
    private int asked;

    public Action<RunProgress>? Progress { get; init; }

    public async Task<IReadOnlyList<CaseResult>> Run(CancellationToken ct)
    {
        var begun = clock.GetTimestamp();
        var opened = model();
        var unmeasured = new List<CaseResult> { await One(opened, 0, "load", null, ct) };
        var loadMs = clock.GetElapsedTime(begun).TotalMilliseconds;
        for (var i = 0; i < load.Warmup; i++)
            unmeasured.Add(Alone(i, await One(opened, i, "warmup", null, ct)));

        var results = new List<CaseResult>();
        foreach (var together in load.Concurrency.Order())
            results.AddRange(await Stage(opened, together, begun, ct));
        var again = new List<CaseResult>();
        for (var i = 0; i < Math.Min(MostRepeated, run.Dataset.Cases.Count); i++)
        {
            unmeasured.Add(await One(opened, i, "first", null, ct));
            again.Add(await One(opened, i, "second", null, ct));
        }
        results.Add(OfProcess(unmeasured[0].Error is null ? loadMs : null, [.. unmeasured, .. again], again));
        return results;
    }

    /// <summary>Closed loops: every caller asks again when it has its answer.</summary>
    private async Task<CaseResult[]> Stage(IModel opened, int together, long begun, CancellationToken ct)
    {
        var (results, next) = (new CaseResult[load.Requests], -1);
        await Task.WhenAll(Enumerable.Range(0, together).Select(async _ =>
        {
            await Task.Yield();
            for (var i = Interlocked.Increment(ref next); i < results.Length; i = Interlocked.Increment(ref next))
            {
                results[i] = await One(opened, i, $"c{together}", together, ct);
                var done = Interlocked.Increment(ref asked);
                Progress?.Invoke(new RunProgress(done, load.Requests * load.Concurrency.Count, done, clock.GetElapsedTime(begun)));
            }
        }));
        for (var i = 0; together == 1 && i < results.Length; i++)
            Alone(i, results[i]);
        return results;
    }

    /// <param name="together">Null for a call that is not measured.</param>
    private async Task<CaseResult> One(IModel opened, int number, string stage, int? together, CancellationToken ct)
    {
        var @case = CaseOf(number);
        var row = @case with { Id = $"{stage}/{number:00000}", Segment = stage };
        var prepared = run.Prepare(@case);
        if (prepared.Refused)
            return Scoring.Errored(row, prepared.Refusal);
        var at = clock.GetUtcNow();
        var call = await ModelCall.Make(opened, prepared.Value.Request, limit, clock, ct);
        var result = await examiner.Score(
            row, prepared.Value.Request, new Asked(call.Completion, 1, call.LatencyMs, call.TtftMs, call.Lost), run.Model.Id, prepared.Value.Given, lostTries: 0, repeat: 1, at, ct);
        if (result.Error is not null)
            return result;

        var scores = result.Scores.ToDictionary();
        if (holds is not null)
            scores[SchemaValid] = holds(result.Output) ? 1 : 0;
        if (together > 1 && alone.TryGetValue(@case.Id, out var answer))
            scores[BatchEqual] = answer == result.Output ? 1 : 0;
        return result with { Scores = scores, Passed = scores.Values.All(score => score >= 1) };
    }

    /// <summary>Keeps what the model says when nobody else asks.</summary>
    private CaseResult Alone(int number, CaseResult result)
    {
        if (result.Error is null)
            alone.TryAdd(CaseOf(number).Id, result.Output);
        return result;
    }

    private EvalCase CaseOf(int number) => run.Dataset.Cases[number % run.Dataset.Cases.Count];

    private CaseResult OfProcess(double? loadMs, IReadOnlyList<CaseResult> calls, IReadOnlyList<CaseResult> again)
    {
        var measures = new Dictionary<string, double>();
        if (loadMs is { } milliseconds)
            measures["load_ms"] = milliseconds;
        if (memory is not null)
            measures["memory_mb"] = memory();
        var answered = again.Where(result => result.Error is null).ToList();
        var scores = new Dictionary<string, double>();
        if (answered.Count > 0)
            scores[CacheHit] = answered.Count(result => result.Flags?.Contains(Scoring.Cached) == true) / (double)answered.Count;
        decimal? usd = calls.Any(call => call is { Error: null, CostUsd: null }) ? null : calls.Sum(call => (call.CostUsd ?? 0) + (call.RetriesUsd ?? 0));
        return new CaseResult(Process, Process, "", scores, Passed: true, null, null, usd is null ? null : 0, [], RetriesUsd: usd, Measures: measures);
    }
}
