using LlmOps.Evaluation;

namespace LlmOps.Cli;

/// <summary>The people of the demo and what they do on the running stack. Every call that must succeed fails the step with the stack's own sentence.</summary>
/// <param name="patience">How long a release may stand in one place before the step fails.</param>
public sealed class Stage(Clients engineer, Clients lead, AppFolder folder, AppFile app, TimeSpan patience, Terminal terminal)
{
    private static readonly string[] Ended = ["live", "done", "rolled-back", "rejected", "superseded"];

    private readonly Dictionary<string, int> told = [];

    /// <summary>An application name that has no release yet, so that the demo can be played again on the same stack.</summary>
    public static async Task<AppFile> Fresh(Clients engineer, AppFile app, CancellationToken ct)
    {
        var taken = (await Sure(() => engineer.Releases.Releases(null, ct), ct)).Select(release => release.App).ToHashSet();
        var name = Enumerable.Range(1, 1000).Select(n => n == 1 ? app.App : $"{app.App}-{n}").First(candidate => !taken.Contains(candidate));
        return app with { App = name, Route = name };
    }

    public async Task<PromptVersionView> PushPrompt(string version, CancellationToken ct) =>
        await Sure(() => engineer.Prompts.Push(app.PromptName, new PushPrompt(app.App, Version(version), null, null), ct), ct);

    public string Version(string version) => folder.Text($"versions/{app.PromptName}-{version}.yaml");

    public EvalCase[] Cases(string path)
    {
        var dataset = Dataset.Parse(folder.Text(path), path);
        return dataset.Refused ? throw new StepFailedException(dataset.Refusal.Detail) : [.. dataset.Value.Cases];
    }

    public async Task<BundleView> Bundle(string version, CancellationToken ct) =>
        await Sure(() => engineer.Releases.CreateBundle(new CreateBundle(app.App, app.PromptName, version, null, null), ct), ct);

    public async Task<RunView> Evaluate(BundleView bundle, CancellationToken ct) => await Sure(() => EvalRun.Finish(engineer, bundle.Id, null, ct), ct);

    public async Task<string> Open(BundleView bundle, string why, CancellationToken ct) =>
        (await Sure(() => engineer.Releases.Open(new OpenRelease(bundle.Id, why), ct), ct)).Id;

    /// <summary>Waits until the release stands in that phase; any other end fails the step.</summary>
    public async Task<ReleaseView> Until(string release, string phase, CancellationToken ct)
    {
        var deadline = TimeProvider.System.GetUtcNow() + patience;
        while (true)
        {
            var view = await Sure(() => engineer.Releases.Release(release, ct), ct);
            foreach (var step in view.History.Skip(told.GetValueOrDefault(release)))
                terminal.Say($"      {step.At:HH:mm:ss} {step.Phase} {(step.Percent > 0 ? $"{step.Percent:0.##} % " : "")}{step.Why}");
            told[release] = view.History.Count;
            if (view.Phase == phase || (phase == "live" && view.Phase == "done"))
                return view;
            if (Ended.Contains(view.Phase))
                throw new StepFailedException($"{release} is {view.Phase}, not {phase}: {view.Waiting}");
            if (TimeProvider.System.GetUtcNow() > deadline)
                throw new StepFailedException($"{release} still stands in {view.Phase} after {patience}: {view.Waiting}");
            await Task.Delay(250, ct);
        }
    }

    /// <summary>A call that must succeed. A service that restarts is asked again for half a minute; every other no fails the step.</summary>
    public static async Task<T> Sure<T>(Func<Task<Result<T>>> call, CancellationToken ct) where T : class
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

    public async Task<string> Review(BundleView bundle, string version, string title, RunView run, CancellationToken ct)
    {
        var proposal = await Sure(() => engineer.Prompts.Open(new OpenProposal(app.App, app.PromptName, version, bundle.Id, title, null, run.Id), ct), ct);
        var own = await engineer.Prompts.Review(proposal.Id, new ReviewProposal(ReviewDecision.Approve, bundle.Id, "mine"), ct);
        if (!own.Refused)
            throw new StepFailedException("the author could approve his own proposal");
        var approved = await Sure(() => lead.Prompts.Review(proposal.Id, new ReviewProposal(ReviewDecision.Approve, bundle.Id, "the evidence holds"), ct), ct);
        return $"{proposal.Author} refused ({own.Refusal.Code}), approved by {approved.Reviews[^1].Person} for {bundle.Id[..14]}";
    }

    public static string Gates(RunView run, Verdict? only = null) =>
        string.Join("; ", run.Gates.Where(gate => gate.Segment is null || gate.Verdict == Verdict.Fail).Where(gate => only is null || gate.Verdict == only).Select(EvalRun.Line));
}
