using System.Globalization;

namespace LlmOps.Cli;

/// <summary>Waiting for an evaluation on the server, and its gates in a line each.</summary>
public static class EvalRun
{
    /// <summary>Starts the evaluation of a bundle, or finds the one that there is, and waits for its end.</summary>
    public static async Task<Result<RunView>> Finish(Clients clients, string bundle, Action<RunView>? progress, CancellationToken ct)
    {
        var run = await clients.Releases.Evaluate(bundle, ct);
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

    /// <summary>accuracy: 89.5 → 94.0 pp, +4.5 [+1.2, +8.0], margin 5, n 200: pass.</summary>
    public static string Line(GateResult gate)
    {
        var segment = gate.Segment is null ? "" : $" ({gate.Segment})";
        var change = gate is { Baseline: { } baseline, Candidate: { } candidate }
            ? $"{Number(baseline)} → {Number(candidate)} {gate.Unit}" : gate.Candidate is { } alone ? $"{Number(alone)} {gate.Unit}" : "no data";
        var interval = gate.Interval is { } bounds ? $", Δ {gate.Delta:+0.##;-0.##;0} [{bounds.Lo:+0.##;-0.##;0}, {bounds.Hi:+0.##;-0.##;0}]" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{gate.Metric}{segment}: {change}{interval}, n {gate.N}: {gate.Verdict.ToString().ToLowerInvariant()}");
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
