using System.Globalization;
using LlmOps.Evaluation;

namespace LlmOps.Cli;

/// <summary>The hotel scenario: four versions of one prompt meet the lint, the gates, a second person, the canary and real questions.
/// It drives the stack through its public API alone; nothing in it knows an answer beforehand.</summary>
public sealed class Demo(Clients engineer, Clients lead, Clients auditor, AppFolder folder, AppFile given, Terminal terminal)
{
    private const string First = "1.0.0", Better = "1.1.0", Forbidden = "1.2.0", Worse = "1.3.0";
    private static readonly string[] Ended = ["live", "done", "rolled-back", "rejected", "superseded"];

    private readonly List<DemoStep> steps = [];
    private readonly Dictionary<string, int> told = [];
    private AppFile app = given;
    private string current = "push";

    public IReadOnlyList<DemoStep> Steps => steps;

    public string App => app.App;

    public async Task Run(CancellationToken ct)
    {
        terminal.Say($"policy {app.Policy}");
        try
        {
            await Play(ct);
        }
        catch (StepFailedException failed)
        {
            Tell(new DemoStep(current, Ok: false, failed.Message));
        }
    }

    private async Task Play(CancellationToken ct)
    {
        app = await Fresh(ct);
        var everyday = Cases("datasets/guest-golden.jsonl").Concat(Cases("datasets/guest-production.jsonl")).Where(question => question.Expected is not null).ToArray();
        var shifted = Cases("datasets/guest-conference-week.jsonl");
        await using var traffic = new Traffic(engineer, app.Route, Facts());

        var first = await Step("push", async () =>
        {
            var pushed = await Sure(() => Push.Run(folder, app, engineer, lead, Version(First), part => terminal.Say($"      {part}"), ct), ct);
            var bundle = await Bundle(First, ct);
            return (bundle, $"app {pushed.App}: {pushed.Parts.Count} parts; {bundle.Label} is {bundle.Id[..14]}");
        });

        await Step("first release", async () =>
        {
            var run = await Evaluate(first, ct);
            if (run.Verdict == Verdict.Fail)
                throw new StepFailedException($"{First} fails its absolute gates: {Gates(run)}");
            var release = await Open(first, "the first version of the guest agent", ct);
            await Until(release, "awaiting-approval", ct);
            await Sure(() => lead.Releases.Act(release, "approve", new ReleaseAction("nothing is live yet; the absolute gates hold"), ct), ct);
            await Until(release, "live", ct);
            traffic.Start(everyday);
            return (release, $"{first.Label} is live after approval by {LocalPerson.Of(Role.Lead)}; {Gates(run)}");
        });

        var forbidden = await Step("lint", async () =>
        {
            var pushed = await Sure(() => engineer.Prompts.Push(app.PromptName, new PushPrompt(app.App, Version(Forbidden), null, null), ct), ct);
            var error = pushed.Findings.FirstOrDefault(finding => finding.Level == FindingLevel.Error)
                ?? throw new StepFailedException($"the policy lint let {Forbidden} pass");
            var bundle = await Bundle(Forbidden, ct);
            var release = await Open(bundle, "guests ask for larger discounts", ct);
            var view = await Until(release, "rejected", ct);
            return (bundle, $"{Forbidden} rejected: {ValidateCommand.Line(error)} — release: {view.Waiting}");
        });

        var better = await Step("bundle", async () =>
        {
            await Sure(() => engineer.Prompts.Push(app.PromptName, new PushPrompt(app.App, Version(Better), null, null), ct), ct);
            var bundle = await Bundle(Better, ct);
            return (bundle, $"{bundle.Label} is {bundle.Id[..14]}, index {bundle.Manifest.Retrieval?.IndexVersion[..15]}, policy {bundle.Manifest.Policy.Name} {bundle.Manifest.Policy.Sha256[..12]}");
        });

        var run = await Step("evaluation", async () =>
        {
            var evaluated = await Evaluate(better, ct);
            return evaluated.Verdict == Verdict.Pass
                ? (evaluated, $"pass on {evaluated.Total / 2} pairs against {first.Label}: {Gates(evaluated)}")
                : throw new StepFailedException($"{evaluated.Verdict}: {Gates(evaluated)}");
        });

        await Step("review", async () => (better, await Review(better, Better, "Answer every part of the question", run, ct)));

        await Step("release", async () =>
        {
            var release = await Open(better, "better answers, reviewed", ct);
            var view = await Until(release, "live", ct);
            var (both, either) = traffic.Met(first.Id, better.Id);
            return (release, $"{Path(view)}; {traffic.Of(better.Id).Answers} answers from {better.Label}, {both} of {either} guests moved from old to new");
        });

        await Step("gate", async () =>
        {
            var run = await Evaluate(forbidden, ct);
            return run.Verdict == Verdict.Fail
                ? (run.Id, $"{Forbidden} fails against {better.Label} too, had the lint not seen it: {Gates(run, Verdict.Fail)}")
                : throw new StepFailedException($"the gates let {Forbidden} pass: {Gates(run)}");
        });

        await Step("degradation", async () => (better, await Degrade(traffic, better, shifted, ct)));

        await traffic.Stop();
        await Step("costs", async () => (better, await Costs(traffic, ct)));
        await Step("audit", async () => (better, await Audit(ct)));
    }

    /// <summary>1.3.0 passes everything that can be known beforehand; then the guests' questions change under the canary.</summary>
    private async Task<string> Degrade(Traffic traffic, BundleView live, EvalCase[] shifted, CancellationToken ct)
    {
        await Sure(() => engineer.Prompts.Push(app.PromptName, new PushPrompt(app.App, Version(Worse), null, null), ct), ct);
        var bundle = await Bundle(Worse, ct);
        var run = await Evaluate(bundle, ct);
        if (run.Verdict != Verdict.Pass)
            throw new StepFailedException($"{Worse} should pass offline, but: {run.Verdict}: {Gates(run)}");
        await Review(bundle, Worse, "Shorter answers", run, ct);
        var release = await Open(bundle, "shorter and cheaper", ct);
        await Until(release, "canary", ct);
        while (traffic.Of(bundle.Id).Answers < 40)
            await Task.Delay(100, ct);
        var before = traffic.Of(bundle.Id);
        traffic.Ask(shifted);

        var view = await Until(release, "rolled-back", ct);
        var decided = view.History[^1].At;
        await Task.Delay(1500, ct);
        var last = traffic.Of(bundle.Id);
        for (var guest = 0; guest < 30; guest++)
        {
            var answered = await traffic.Once(shifted[guest % shifted.Length], $"check-{guest}", ct);
            if (answered is not null && answered != live.Id)
                throw new StepFailedException($"after the rollback {answered[..14]} still answered");
        }
        var late = Math.Max(0, (last.Last - decided).TotalMilliseconds);
        return string.Create(CultureInfo.InvariantCulture,
            $"{Gates(run)}; in the canary {Rate(before)} correct before the shift, {Rate(new(last.Answers - before.Answers, last.Correct - before.Correct, 0, last.Last))} after; rolled back: {view.Waiting} Traffic is back on {live.Label}, the last answer of {Worse} came {late:0} ms after the decision.");
    }

    private async Task<string> Review(BundleView bundle, string version, string title, RunView run, CancellationToken ct)
    {
        var proposal = await Sure(() => engineer.Prompts.Open(new OpenProposal(app.App, app.PromptName, version, bundle.Id, title, null, run.Id), ct), ct);
        var own = await engineer.Prompts.Review(proposal.Id, new ReviewProposal(ReviewDecision.Approve, bundle.Id, "mine"), ct);
        if (!own.Refused)
            throw new StepFailedException("the author could approve his own proposal");
        var approved = await Sure(() => lead.Prompts.Review(proposal.Id, new ReviewProposal(ReviewDecision.Approve, bundle.Id, "the evidence holds"), ct), ct);
        return $"{proposal.Author} refused ({own.Refusal.Code}), approved by {approved.Reviews[^1].Person} for {bundle.Id[..14]}";
    }

    /// <summary>The ledger and the gateway's own records must name the same calls and the same tokens, bundle by bundle and arm by arm.</summary>
    private async Task<string> Costs(Traffic traffic, CancellationToken ct)
    {
        var recorded = new Dictionary<(string, string), (long Calls, long Tokens)>();
        string? cursor = null;
        while (true)
        {
            var page = await Sure(() => lead.Gateway.Feed(cursor, 2000, ct), ct);
            foreach (var call in page.Items.Select(item => item.Inference).OfType<InferenceRecord>().Where(call => call.App == app.App))
            {
                var at = (call.Bundle, call.Arm.ToString().ToLowerInvariant());
                var (calls, tokens) = recorded.GetValueOrDefault(at);
                recorded[at] = (calls + 1, tokens + Sum(call.Tokens));
            }
            if (page.Items.Count == 0)
                break;
            cursor = page.Cursor;
        }

        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(30);
        while (true)
        {
            var ledger = await Sure(() => lead.Costs.Bundles(app.App, ct), ct);
            var booked = ledger.ToDictionary(cost => (cost.Bundle, cost.Arm), cost => (Calls: cost.Inferences, Tokens: Sum(cost.Tokens)));
            if (recorded.Count == booked.Count && recorded.All(at => booked.GetValueOrDefault(at.Key) == at.Value))
            {
                var unknown = ledger.Sum(cost => cost.Unknown);
                return string.Create(CultureInfo.InvariantCulture,
                    $"{booked.Values.Sum(x => x.Calls)} calls and {booked.Values.Sum(x => x.Tokens)} tokens in the ledger as at the gateway, {ledger.Sum(cost => cost.Usd):0.000000} USD{(unknown > 0 ? $", {unknown} without a price" : "")}: {string.Join("; ", ledger.Where(cost => cost.Arm is "stable" or "canary").Select(cost => string.Create(CultureInfo.InvariantCulture, $"{cost.Label} {cost.Arm} {cost.Usd:0.000000}")))}");
            }
            if (TimeProvider.System.GetUtcNow() > deadline)
                throw new StepFailedException($"the ledger has {booked.Values.Sum(x => x.Calls)} calls and {booked.Values.Sum(x => x.Tokens)} tokens, the gateway recorded {recorded.Values.Sum(x => x.Calls)} and {recorded.Values.Sum(x => x.Tokens)}");
            await Task.Delay(500, ct);
        }

        static long Sum(TokenUsage tokens) => tokens.Input + tokens.CachedRead + tokens.CachedWrite5m + tokens.CachedWrite1h + tokens.Output;
    }

    private async Task<string> Audit(CancellationToken ct)
    {
        var intact = new List<string>();
        foreach (var service in AuditClient.Services)
        {
            var verdict = await Sure(() => auditor.Audit.Verify(service, ct), ct);
            if (!verdict.Intact)
                throw new StepFailedException($"the chain of {service} breaks at entry {verdict.FirstBad}: {verdict.Kind}");
            intact.Add($"{service} {verdict.Entries}");
        }
        return $"chains intact: {string.Join(", ", intact)} entries";
    }

    /// <summary>An application name that has no release yet, so that the demo can be played again on the same stack.</summary>
    private async Task<AppFile> Fresh(CancellationToken ct)
    {
        var taken = (await Sure(() => engineer.Releases.Releases(null, ct), ct)).Select(release => release.App).ToHashSet();
        var name = Enumerable.Range(1, 1000).Select(n => n == 1 ? app.App : $"{app.App}-{n}").First(candidate => !taken.Contains(candidate));
        return app with { App = name, Route = name };
    }

    private async Task<BundleView> Bundle(string version, CancellationToken ct) =>
        await Sure(() => engineer.Releases.CreateBundle(new CreateBundle(app.App, app.PromptName, version, null, null), ct), ct);

    private async Task<RunView> Evaluate(BundleView bundle, CancellationToken ct) => await Sure(() => EvalRun.Finish(engineer, bundle.Id, null, ct), ct);

    private async Task<string> Open(BundleView bundle, string why, CancellationToken ct) =>
        (await Sure(() => engineer.Releases.Open(new OpenRelease(bundle.Id, why), ct), ct)).Id;

    /// <summary>Waits until the release stands in that phase; any other end fails the step.</summary>
    private async Task<ReleaseView> Until(string release, string phase, CancellationToken ct)
    {
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(120);
        while (true)
        {
            var view = await Sure(() => engineer.Releases.Release(release, ct), ct);
            foreach (var step in view.History.Skip(told.GetValueOrDefault(release)))
                terminal.Say($"      {step.At:HH:mm:ss} {step.Phase} {(step.Percent > 0 ? $"{step.Percent:0.##} % " : "")}{Terminal.Inert(step.Why)}");
            told[release] = view.History.Count;
            if (view.Phase == phase || (phase == "live" && view.Phase == "done"))
                return view;
            if (Ended.Contains(view.Phase))
                throw new StepFailedException($"{release} is {view.Phase}, not {phase}: {view.Waiting}");
            if (TimeProvider.System.GetUtcNow() > deadline)
                throw new StepFailedException($"{release} still stands in {view.Phase} after 120 s: {view.Waiting}");
            await Task.Delay(250, ct);
        }
    }

    /// <summary>A call that must succeed. A service that restarts is asked again for half a minute; every other no fails the step.</summary>
    private static async Task<T> Sure<T>(Func<Task<Result<T>>> call, CancellationToken ct) where T : class
    {
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(30);
        while (true)
        {
            var result = await call();
            if (!result.Refused)
                return result.Value;
            if (result.Refusal.Kind != RefusalKind.Upstream || TimeProvider.System.GetUtcNow() > deadline)
                throw new StepFailedException($"{result.Refusal.Detail} [{result.Refusal.Code}]");
            await Task.Delay(500, ct);
        }
    }

    private async Task<T> Step<T>(string name, Func<Task<(T Value, string Detail)>> play)
    {
        current = name;
        var (value, detail) = await play();
        Tell(new DemoStep(name, Ok: true, detail));
        return value;
    }

    private void Tell(DemoStep step)
    {
        steps.Add(step);
        terminal.Say(Terminal.Inert($"{(step.Ok ? "ok  " : "FAIL")}  {step.Name}: {step.Detail}"));
    }

    private string Version(string version) => folder.Text($"versions/{app.PromptName}-{version}.yaml");

    private EvalCase[] Cases(string path)
    {
        var dataset = Dataset.Parse(folder.Text(path), path);
        return dataset.Refused ? throw new StepFailedException(dataset.Refusal.Detail) : [.. dataset.Value.Cases];
    }

    private static Scorer Facts()
    {
        var scorer = Scorer.Create(new SuiteScorer("accuracy", "facts"));
        return scorer.Refused ? throw new StepFailedException(scorer.Refusal.Detail) : scorer.Value;
    }

    private static string Gates(RunView run, Verdict? only = null) =>
        string.Join("; ", run.Gates.Where(gate => gate.Segment is null || gate.Verdict == Verdict.Fail).Where(gate => only is null || gate.Verdict == only).Select(EvalRun.Line));

    private static string Path(ReleaseView release) =>
        string.Join(" ▸ ", release.History.Select(step => step.Phase == "canary" ? $"canary {step.Percent:0.##} %" : step.Phase).Distinct());

    private static string Rate(Traffic.Seen seen) => seen.Answers == 0 ? "nothing" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * seen.Correct / seen.Answers:0.0} %");
}
