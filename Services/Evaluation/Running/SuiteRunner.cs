using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using LlmOps.Inference;
using LlmOps.Pricing;

namespace LlmOps.Evaluation;

/// <summary>Runs a suite in this process: cases side by side, each asked, retried, judged, priced and kept once.</summary>
public sealed class SuiteRunner : IDisposable
{
    private readonly SuiteRun run;
    private readonly RunLimits limits;
    private readonly TimeProvider clock;
    private readonly Asking asking;
    private readonly Examiner examiner;
    private readonly Dictionary<string, Target> targets = [];
    private readonly Dictionary<string, ProviderLane> lanes = [];
    private readonly ConcurrentDictionary<(string Case, int Repeat), CaseResult> results = new();

    private SuiteRunner(SuiteRun run, RunLimits limits, PriceBook book, TimeProvider clock)
    {
        (this.run, this.limits, this.clock) = (run, limits, clock);
        asking = new Asking(limits.Retries, clock);
        examiner = new Examiner(run.Scorers, book, (judge, request, @case, repeat, ct) => Ask(targets[judge.Model], request, @case, repeat, ct));
    }

    public RunJournal? Journal { get; init; }

    public Recording? Recording { get; init; }

    /// <summary>Told after every answer, by several threads.</summary>
    public Action<RunProgress>? Progress { get; init; }

    /// <param name="models">What stands behind a pin; not asked where a recording answers.</param>
    public static Result<SuiteRunner> Create(
        SuiteRun run, Func<ModelPin, Result<IModel>> models, PriceBook book, RunLimits limits, TimeProvider clock,
        RunJournal? journal = null, Recording? recording = null, Action<RunProgress>? progress = null)
    {
        var runner = new SuiteRunner(run, limits, book, clock) { Journal = journal, Recording = recording, Progress = progress };
        if (runner.Add(run.Model.Id, run.Model, models) is { } refusal)
            return refusal;
        foreach (var judge in run.Judges)
        {
            var pin = ModelPin.Parse(judge);
            if ((pin.Refusal ?? runner.Add(judge, pin.Value!, models)) is { } no)
                return no;
        }
        return runner;
    }

    /// <summary>Every case's results, in the order of the dataset; a case that could not be answered has an errored one.</summary>
    /// <param name="decide">The gates on what is there so far. While one that decides is open, its cases are asked again, up to the limit.</param>
    public async Task<IReadOnlyList<CaseResult>> Run(Func<IReadOnlyList<CaseResult>, IReadOnlyList<GateResult>>? decide, CancellationToken ct)
    {
        await Ask([.. from @case in run.Dataset.Cases from repeat in Enumerable.Range(1, run.Repeats) select (@case, repeat)], ct);
        for (var look = 1; decide is not null && look < limits.Looks(run); look++)
        {
            var repeat = run.Repeats + look;
            var again = Undecided(decide(Results())).Where(@case => Answerable(@case, repeat)).Select(@case => (@case, repeat)).ToList();
            if (again.Count == 0)
                break;
            await Ask(again, ct);
        }
        return Results();
    }

    public void Dispose()
    {
        foreach (var lane in lanes.Values)
            lane.Dispose();
    }

    private Refusal? Add(string name, ModelPin pin, Func<ModelPin, Result<IModel>> models)
    {
        if (!lanes.TryGetValue(pin.Provider, out var lane))
            lanes[pin.Provider] = lane = new ProviderLane(pin.Provider == SuiteRun.Embedded ? Environment.ProcessorCount : limits.PerProvider, clock);
        var model = Recording is { Replays: true } ? null : models(pin);
        targets[name] = new Target(model?.Value, lane);
        return model?.Refusal;
    }

    private async Task Ask(List<(EvalCase Case, int Repeat)> questions, CancellationToken ct)
    {
        var (begun, here) = (clock.GetTimestamp(), 0);
        var before = results.Count;
        foreach (var (@case, repeat) in questions)
        {
            if (Journal?.Finished.GetValueOrDefault((@case.Id, repeat)) is { } done)
                results[(@case.Id, repeat)] = done;
        }
        var sideBySide = new ParallelOptions { MaxDegreeOfParallelism = lanes.Values.Max(lane => lane.Limit), CancellationToken = ct };
        await Parallel.ForEachAsync(questions.Where(question => !results.ContainsKey((question.Case.Id, question.Repeat))), sideBySide, async (question, stop) =>
        {
            var (@case, repeat) = question;
            Journal?.Begin(@case.Id, repeat);
            var result = await One(@case, repeat, stop) with { Repeat = repeat > 1 ? repeat : null };
            Journal?.Finish(repeat, result);
            results[(@case.Id, repeat)] = result;
            Progress?.Invoke(new RunProgress(results.Count - before, questions.Count, Interlocked.Increment(ref here), clock.GetElapsedTime(begun)));
        });
    }

    private async Task<CaseResult> One(EvalCase @case, int repeat, CancellationToken ct)
    {
        var prepared = run.Prepare(@case);
        if (prepared.Refused)
            return Scoring.Errored(@case, prepared.Refusal);
        var (request, given) = prepared.Value;
        var at = clock.GetUtcNow();
        var asked = await Ask(targets[run.Model.Id], request, @case.Id, repeat, ct);
        return await examiner.Score(@case, request, asked, run.Model.Id, given, Journal?.Lost(@case.Id, repeat) ?? 0, repeat, at, ct);
    }

    private async Task<Asked> Ask(Target target, JsonObject request, string @case, int repeat, CancellationToken ct)
    {
        if (Recording is { Replays: true } recorded)
            return recorded.Answer(@case, repeat, request);
        var asked = await asking.Ask(target.Model!, target.Lane, request, @case, ct);
        Recording?.Keep(@case, repeat, request, asked);
        return asked;
    }

    /// <summary>All cases of the open gates' segments, or all cases where a gate slices otherwise. Choosing among them by their outcome would bend the mean.</summary>
    private IEnumerable<EvalCase> Undecided(IReadOnlyList<GateResult> gates)
    {
        var open = gates.Where(gate => gate is { Verdict: Verdict.Inconclusive, Decides: true, Interval: not null }).Select(gate => gate.Segment).ToHashSet();
        var all = open.Except(run.Dataset.Cases.Select(@case => @case.Segment).Where(segment => segment is not null)).Any();
        return open.Count == 0 ? [] : run.Dataset.Cases.Where(@case => all || open.Contains(@case.Segment));
    }

    private bool Answerable(EvalCase @case, int repeat) =>
        Recording is not { Replays: true } || (run.Prepare(@case) is { Refused: false, Value: var prepared } && Recording.Has(@case.Id, repeat, prepared.Request));

    private List<CaseResult> Results()
    {
        var places = run.Dataset.Cases.Index().ToDictionary(row => row.Item.Id, row => row.Index);
        return [.. results.OrderBy(result => places[result.Key.Case]).ThenBy(result => result.Key.Repeat).Select(result => result.Value)];
    }

    /// <param name="Model">Null where a recording answers.</param>
    private sealed record Target(IModel? Model, ProviderLane Lane);
}
