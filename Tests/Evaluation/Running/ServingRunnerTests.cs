using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Running;

public sealed class ServingRunnerTests
{
    private static readonly ServingLoad Load = new([1, 4], 12, 3);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_stage_makes_its_calls_that_many_at_once()
    {
        var open = 0;
        var model = new ScriptedModel((_, question) => question) { While = async ct => { Interlocked.Increment(ref open); await Task.Delay(1, ct); } };

        var calls = await Serve(model);

        Assert.Equal([("c1", 12), ("c4", 12), ("process", 1)], calls.CountBy(call => call.Segment!).Select(stage => (stage.Key, stage.Value)));
        Assert.InRange(model.Most, 1, 4);
        Assert.Equal(1 + 3 + 24 + 2 * 5, model.Calls); // the load, the warm-up, the stages, and each question twice
        Assert.All(calls.Where(call => call.Segment != "process"), call => Assert.True(call is { LatencyMs: >= 0, TtftMs: >= 0, CostUsd: 0.002m }));
    }

    [Fact]
    public async Task A_model_that_answers_otherwise_under_load_is_seen()
    {
        var calls = 0;
        var steady = await Serve(new ScriptedModel((_, question) => question));
        var shaky = await Serve(new ScriptedModel((_, question) => Interlocked.Increment(ref calls) > 16 ? "mixed up" : question));

        Assert.All(steady.Where(call => call.Segment == "c4"), call => Assert.Equal(1, call.Scores[ServingRunner.BatchEqual]));
        Assert.All(shaky.Where(call => call.Segment == "c4"), call => Assert.Equal(0, call.Scores[ServingRunner.BatchEqual]));
        Assert.DoesNotContain(steady, call => call.Segment == "c1" && call.Scores.ContainsKey(ServingRunner.BatchEqual));
    }

    [Fact]
    public async Task The_same_gates_decide_on_stages_process_and_schema()
    {
        var calls = await Serve(new ScriptedModel((_, _) => "{}"), answer => answer == "{}");

        var gates = Decide(calls, """
            gates:
            - { metric: schema_valid, min: 1, method: point }
            - { metric: latency_p95_ms, max: 100000, segment: c4, method: point }
            - { metric: ttft_p50_ms, max: 100000, method: point }
            - { metric: load_ms, max: 100000, method: point }
            - { metric: memory_mb, max: 64, method: point }
            - { metric: cache_hit, min: 0.5, method: point }
            - { metric: error_rate, max: 0, method: point }
            """);

        Assert.Equal([Verdict.Pass, Verdict.Pass, Verdict.Pass, Verdict.Pass, Verdict.Fail, Verdict.Fail, Verdict.Pass], gates.Select(gate => gate.Verdict));
        Assert.Equal([24, 12, 24, 1, 1, 1, 24], gates.Select(gate => gate.N)); // the process is no call, and a call is no process
    }

    [Fact]
    public async Task What_was_not_measured_is_never_a_pass()
    {
        var calls = await Serve(new ScriptedModel((call, question) => call == 1 ? ScriptedModel.No(503) : question), memory: false);

        var gates = Decide(calls, "gates:\n- { metric: load_ms, max: 100000, method: point }\n- { metric: memory_mb, max: 100000, method: point }\n");

        Assert.All(gates, gate => Assert.Equal(Verdict.Inconclusive, gate.Verdict));
    }

    [Fact]
    public void A_load_is_read_with_its_usual_stages()
    {
        var usual = Suite.Parse("kind: serving\ndataset: d.jsonl\n", "s.yaml").Value!;
        var own = Suite.Parse("kind: serving\ndataset: d.jsonl\nload: { concurrency: [2], requests: 7, warmup: 0 }\n", "s.yaml").Value!;

        Assert.Equal([1, 8, 32, 200, 20], [.. usual.Load!.Concurrency, usual.Load.Requests, usual.Load.Warmup]);
        Assert.Equal([2, 7, 0], [.. own.Load!.Concurrency, own.Load.Requests, own.Load.Warmup]);
    }

    [Theory]
    [InlineData("kind: serving\nload: { concurrency: [0] }\n", "bad-load")]
    [InlineData("kind: serving\nload: { concurrency: [4, 4] }\n", "bad-load")]
    [InlineData("kind: serving\nload: { concurrency: [many] }\n", "bad-load")]
    [InlineData("load: { requests: 5 }\nscorers: [{ type: facts }]\n", "bad-load")]
    public void A_load_that_cannot_be_run_is_refused(string yaml, string code) =>
        Assert.Equal(code, Suite.Parse("dataset: d.jsonl\n" + yaml, "s.yaml").Refusal?.Code);

    private static Task<IReadOnlyList<CaseResult>> Serve(ScriptedModel model, Func<string, bool>? holds = null, bool memory = true) => new ServingRunner(
        Runs.Of(Runs.Cases(5)) with { Scorers = [] }, Load, Runs.Book, () => model, holds, memory ? () => 128 : null, TimeSpan.FromMinutes(1), TimeProvider.System).Run(Ct);

    private static IReadOnlyList<GateResult> Decide(IReadOnlyList<CaseResult> calls, string policy) => Gates.Decide(Policy.Parse(policy, "p.yaml").Value!, calls, null);
}
