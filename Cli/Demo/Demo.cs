using System.Globalization;
using LlmOps.Evaluation;

namespace LlmOps.Cli;

/// <summary>The hotel scenario: four versions of one prompt meet the lint, the gates, a second person, the canary and real questions.
/// It drives the stack through its public API alone; nothing in it knows an answer beforehand.</summary>
public sealed class Demo(Clients engineer, Clients lead, Clients auditor, AppFolder folder, AppFile file, TimeSpan patience, Terminal terminal)
{
    private const string First = "1.0.0", Better = "1.1.0", Forbidden = "1.2.0", Worse = "1.3.0";

    private readonly List<DemoStep> steps = [];
    private string current = "push";

    public IReadOnlyList<DemoStep> Steps => steps;

    /// <summary>The application it was played with.</summary>
    public string App { get; private set; } = file.App;

    public async Task Run(CancellationToken ct)
    {
        terminal.Say($"policy {file.Policy}");
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
        var app = await Stage.Fresh(engineer, file, ct);
        App = app.App;
        var stage = new Stage(engineer, lead, folder, app, patience, terminal);
        var everyday = stage.Cases("datasets/guest-golden.jsonl").Concat(stage.Cases("datasets/guest-production.jsonl")).Where(question => question.Expected is not null).ToArray();
        var shifted = stage.Cases("datasets/guest-conference-week.jsonl");
        await using var traffic = new Traffic(engineer, app.Route, Facts());

        var first = await Step("push", async () =>
        {
            var pushed = await Stage.Sure(() => Push.Run(folder, app, engineer, lead, stage.Version(First), part => terminal.Say($"      {part}"), ct), ct);
            var bundle = await stage.Bundle(First, ct);
            return (bundle, $"app {pushed.App}: {pushed.Parts.Count} parts; {bundle.Label} is {bundle.Id[..14]}");
        });

        await Step("first release", async () =>
        {
            var run = await stage.Evaluate(first, ct);
            if (run.Verdict == Verdict.Fail)
                throw new StepFailedException($"{First} fails its absolute gates: {Stage.Gates(run)}");
            var release = await stage.Open(first, "the first version of the guest agent", ct);
            await stage.Until(release, "awaiting-approval", ct);
            await Stage.Sure(() => lead.Releases.Act(release, "approve", new ReleaseAction("nothing is live yet; the absolute gates hold"), ct), ct);
            await stage.Until(release, "live", ct);
            traffic.Start(everyday);
            return (release, $"{first.Label} is live after approval by {LocalPerson.Of(Role.Lead)}; {Stage.Gates(run)}");
        });

        var forbidden = await Step("lint", async () =>
        {
            var pushed = await stage.PushPrompt(Forbidden, ct);
            var error = pushed.Findings.FirstOrDefault(finding => finding.Level == FindingLevel.Error)
                ?? throw new StepFailedException($"the policy lint let {Forbidden} pass");
            var bundle = await stage.Bundle(Forbidden, ct);
            var release = await stage.Open(bundle, "guests ask for larger discounts", ct);
            var view = await stage.Until(release, "rejected", ct);
            return (bundle, $"{Forbidden} rejected: {ValidateCommand.Line(error)} — release: {view.Waiting}");
        });

        var better = await Step("bundle", async () =>
        {
            await stage.PushPrompt(Better, ct);
            var bundle = await stage.Bundle(Better, ct);
            return (bundle, $"{bundle.Label} is {bundle.Id[..14]}, index {bundle.Manifest.Retrieval?.IndexVersion[..15]}, policy {bundle.Manifest.Policy.Name} {bundle.Manifest.Policy.Sha256[..12]}");
        });

        var run = await Step("evaluation", async () =>
        {
            var evaluated = await stage.Evaluate(better, ct);
            return evaluated.Verdict == Verdict.Pass
                ? (evaluated, $"pass on {evaluated.Total / 2} pairs against {first.Label}: {Stage.Gates(evaluated)}")
                : throw new StepFailedException($"{evaluated.Verdict}: {Stage.Gates(evaluated)}");
        });

        await Step("review", async () => (better, await stage.Review(better, Better, "Answer every part of the question", run, ct)));

        await Step("release", async () =>
        {
            var release = await stage.Open(better, "better answers, reviewed", ct);
            var view = await stage.Until(release, "live", ct);
            var (both, either) = traffic.Met(first.Id, better.Id);
            return (release, $"{Path(view)}; {traffic.Of(better.Id).Answers} answers from {better.Label}, {both} of {either} guests moved from old to new");
        });

        await Step("gate", async () =>
        {
            var run = await stage.Evaluate(forbidden, ct);
            return run.Verdict == Verdict.Fail
                ? (run.Id, $"{Forbidden} fails against {better.Label} too, had the lint not seen it: {Stage.Gates(run, Verdict.Fail)}")
                : throw new StepFailedException($"the gates let {Forbidden} pass: {Stage.Gates(run)}");
        });

        await Step("degradation", async () => (better, await Degrade(stage, traffic, better, shifted, ct)));

        await traffic.Stop();
        await Step("costs", async () => (better, await Books.Costs(lead, app.App, ct)));
        await Step("audit", async () => (better, await Books.Audit(auditor, ct)));
    }

    /// <summary>1.3.0 passes everything that can be known beforehand; then the guests' questions change under the canary.</summary>
    private static async Task<string> Degrade(Stage stage, Traffic traffic, BundleView live, EvalCase[] shifted, CancellationToken ct)
    {
        await stage.PushPrompt(Worse, ct);
        var bundle = await stage.Bundle(Worse, ct);
        var run = await stage.Evaluate(bundle, ct);
        if (run.Verdict != Verdict.Pass)
            throw new StepFailedException($"{Worse} should pass offline, but: {run.Verdict}: {Stage.Gates(run)}");
        await stage.Review(bundle, Worse, "Shorter answers", run, ct);
        var release = await stage.Open(bundle, "shorter and cheaper", ct);
        await stage.Until(release, "canary", ct);
        while (traffic.Of(bundle.Id).Answers < 40)
            await Task.Delay(100, ct);
        var before = traffic.Of(bundle.Id);
        traffic.Ask(shifted);

        var view = await stage.Until(release, "rolled-back", ct);
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
            $"{Stage.Gates(run)}; in the canary {Rate(before)} correct before the shift, {Rate(new(last.Answers - before.Answers, last.Correct - before.Correct, 0, last.Last))} after; rolled back: {view.Waiting} Traffic is back on {live.Label}, the last answer of {Worse} came {late:0} ms after the decision.");
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
        terminal.Say($"{(step.Ok ? "ok  " : "FAIL")}  {step.Name}: {step.Detail}");
    }

    private static Scorer Facts()
    {
        var scorer = Scorer.Create(new SuiteScorer("accuracy", "facts"));
        return scorer.Refused ? throw new StepFailedException(scorer.Refusal.Detail) : scorer.Value;
    }

    private static string Path(ReleaseView release) =>
        string.Join(" ▸ ", release.History.Select(step => step.Phase == "canary" ? $"canary {step.Percent:0.##} %" : step.Phase).Distinct());

    private static string Rate(Traffic.Seen seen) => seen.Answers == 0 ? "nothing" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * seen.Correct / seen.Answers:0.0} %");
}
