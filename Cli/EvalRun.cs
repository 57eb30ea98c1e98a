using System.Globalization;

namespace LlmOps.Cli;

/// <summary>Waiting for an evaluation on the server, and its gates in a line each.</summary>
public static class EvalRun
{
    /// <summary>Starts the evaluation of a bundle, or finds the one that there is, and waits for its end.</summary>
    public static async Task<Result<RunView>> Finish(Clients clients, string bundle, Action<RunView>? progress, CancellationToken ct) =>
        await Finish(clients, await clients.Releases.Evaluate(bundle, suite: null, ct), progress, ct);

    /// <summary>Waits for the end of a run that was started.</summary>
    public static async Task<Result<RunView>> Finish(Clients clients, Result<RunView> run, Action<RunView>? progress, CancellationToken ct)
    {
        while (!run.Refused && run.Value.State is RunState.Queued or RunState.Running)
        {
            await Task.Delay(300, ct);
            var next = await clients.Evals.Run(run.Value.Id, ct);
            if (next is { Refused: true, Refusal.Kind: RefusalKind.Upstream })
                continue; // a service that restarts; the run is in the database
            if (!next.Refused && next.Value.Done != run.Value.Done)
                progress?.Invoke(next.Value);
            run = next;
        }
        return run is { Refused: false, Value: { State: RunState.Failed } failed }
            ? Refusal.Conflict("run-failed", $"The evaluation {failed.Id} failed: {failed.Error}")
            : run;
    }

    /// <summary>accuracy: 84 % → 92 %, Δ +8 pp [+5.25, +11.25], n 200: pass.</summary>
    public static string Line(GateResult gate)
    {
        var segment = gate.Segment is null ? "" : $" ({gate.Segment})";
        var values = gate switch
        {
            { Baseline: { } baseline, Candidate: { } candidate } => $"{Value(gate, baseline)} → {Value(gate, candidate)}",
            { Candidate: { } alone, Delta: not null } => Value(gate, alone), // against a fixed limit
            { Candidate: { } alone } => $"{Value(gate, alone)}, nothing to compare with",
            _ => "no data",
        };
        var delta = gate.Delta is { } difference ? $", Δ {Number(difference, "+0.##;-0.##;0")} {gate.Unit}" : "";
        var interval = gate.Interval is { } bounds ? $" [{Number(bounds.Lo, "+0.##;-0.##;0")}, {Number(bounds.Hi, "+0.##;-0.##;0")}]" : "";
        return $"{gate.Metric}{segment}: {values}{delta}{interval}, n {gate.N}: {gate.Verdict.ToString().ToLowerInvariant()}";
    }

    /// <summary>What to do after an evaluation. Before anything is live no number can decide: the approval does.</summary>
    public static string Next(RunView run, BundleView bundle)
    {
        var (app, prompt) = (bundle.App, bundle.Manifest.Prompt);
        var propose = $"llmops proposal open {prompt.Name}@{prompt.Version} --app {app} --bundle {run.Bundle} --run {run.Id} --title \"…\"";
        return (run.Verdict, run.Baseline) switch
        {
            (Verdict.Pass, _) => $"Next: {propose}",
            (Verdict.Fail, _) => "Next: mend what the failed gates name, raise the version, and push again.",
            (_, null) => $"Nothing is live to compare with: the approval of the first release decides.\nNext: {propose}",
            _ => "Next: add as many cases as the gates ask for to the dataset, or let them warn in the policy (on_inconclusive: warn), and push again.",
        };
    }

    /// <summary>A rate in percent, a time in milliseconds, money in dollars: the metric's own unit, whatever its difference is told in.</summary>
    private static string Value(GateResult gate, double value) => gate switch
    {
        { Unit: "pp" } => $"{Number(100 * value, "0.##")} %",
        _ when gate.Metric.EndsWith("_ms", StringComparison.Ordinal) => $"{Number(value, "0")} ms",
        _ when gate.Metric.EndsWith("_usd", StringComparison.Ordinal) => $"{Number(value, "0.####")} USD",
        _ => Number(value, "0.##"),
    };

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
