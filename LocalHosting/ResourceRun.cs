using System.ComponentModel;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace LlmOps.LocalHosting;

/// <summary>The life of one resource: waits for others, starts, is probed, starts again when it ends, stops when told.</summary>
internal sealed class ResourceRun(
    IResource resource, ResourceBoard board, Watchdog watchdog, HealthCheckService health,
    Func<CancellationToken, Task<ChildCommand?>> command, TimeProvider clock, ILogger log) : IDisposable
{
    private static readonly TimeSpan ProbeAtFirst = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ProbeWhileSick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Youth = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ProbeAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StillWaiting = TimeSpan.FromSeconds(20);
    private const int ShownAtEnd = 12; // lines
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource stopping = new();
    private readonly HashSet<string> checks = [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(annotation => annotation.Key)];
    private readonly OutputCap cap = new();
    private Task life = Task.CompletedTask;
    private ChildProcess? child;

    public IResource Resource => resource;

    public void Start() => life = Live(stopping.Token);

    public async Task Stop()
    {
        await stopping.CancelAsync();
        if (child is { Exited.IsCompleted: false } running)
        {
            board.Change(resource, state => state with { Phase = Phase.Stopping });
            running.AskToStop();
            if (await Task.WhenAny(running.Exited, Task.Delay(StopWithin, clock)) != running.Exited)
            {
                log.LogWarning("{Name} did not stop within {Seconds} s and is killed", resource.Name, StopWithin.TotalSeconds);
                running.Kill();
            }
        }
        await life;
        board.Change(resource, state => state with { Phase = Phase.Exited, Healthy = null, StoppedAt = clock.GetUtcNow() });
    }

    public void Dispose()
    {
        stopping.Dispose();
        child?.Dispose();
    }

    private async Task Live(CancellationToken ct)
    {
        await Task.Yield();
        try
        {
            foreach (var wait in resource.Annotations.OfType<WaitAnnotation>())
                await Until(wait, ct);
            for (var failures = 0; ;)
            {
                var started = clock.GetUtcNow();
                if (await command(ct) is not { } start)
                {
                    board.Change(resource, state => state with { Phase = Phase.Running, Healthy = true, StartedAt = started });
                    return;
                }
                var exitCode = await RunOnce(start, ct);
                if (ct.IsCancellationRequested)
                    return;
                if (exitCode == 0 && board.IsAwaitedToEnd(resource))
                {
                    board.Change(resource, state => state with { Phase = Phase.Finished, ExitCode = 0, StoppedAt = clock.GetUtcNow() });
                    return;
                }
                var lived = clock.GetUtcNow() - started;
                failures = Backoff.Count(failures, lived);
                await Pause(exitCode, lived, failures, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Told to stop before it ran.
        }
        catch (Exception e) when (e is Win32Exception or IOException or DistributedApplicationException)
        {
            log.LogError("{Name} cannot start: {Reason}", resource.Name, e.Message);
            board.Change(resource, state => state with { Phase = Phase.FailedToStart, Healthy = false, Detail = e.Message });
        }
    }

    private async Task Until(WaitAnnotation wait, CancellationToken ct)
    {
        var ready = board.When(wait.Resource.Name, state => state.Satisfies(wait.WaitType, wait.ExitCode), ct);
        while (await Task.WhenAny(ready, Task.Delay(StillWaiting, clock, ct)) != ready && !ct.IsCancellationRequested)
            log.LogInformation("{Name} waits for {Other}: {Reason}", resource.Name, wait.Resource.Name, Reason(board.Of(wait.Resource.Name)));
        await ready;
    }

    private static string Reason(ResourceState state) =>
        state.Detail is null ? state.Phase.ToString() : $"{state.Phase}, {state.Detail}";

    private async Task<int> RunOnce(ChildCommand start, CancellationToken ct)
    {
        board.Change(resource, state => state with { Phase = Phase.Starting, Healthy = null, Detail = null, Environment = start.Environment });
        child?.Dispose();
        child = ChildProcess.Start(start, Print);
        var running = child;
        watchdog.Watch(running.Pid, start.StopSignal);
        board.Change(resource, state => state with
        {
            Phase = Phase.Running, Pid = running.Pid, StartedAt = clock.GetUtcNow(), StoppedAt = null, Healthy = checks.Count == 0 ? true : null,
        });
        if (ct.IsCancellationRequested)
            running.AskToStop(); // the stop came between the decision to start and the start

        using var ended = new CancellationTokenSource();
        var probing = checks.Count == 0 ? Task.CompletedTask : Probe(running, ended.Token);
        var exitCode = await running.Exited;
        await ended.CancelAsync();
        await probing;
        running.Kill(); // whatever it left in its group
        watchdog.Forget(running.Pid);
        return exitCode;
    }

    /// <summary>Healthy means that the probe answered and the own process lives: a stranger's answer on the same port counts for nothing.</summary>
    private async Task Probe(ChildProcess running, CancellationToken ct)
    {
        try
        {
            for (var born = clock.GetUtcNow(); ;)
            {
                var report = await health.CheckHealthAsync(check => checks.Contains(check.Name), ct);
                var healthy = report.Status == HealthStatus.Healthy && !running.Exited.IsCompleted;
                var detail = healthy ? null : report.Entries.Values.Select(entry => entry.Description).FirstOrDefault(text => text is not null);
                board.Change(resource, state => state with { Healthy = healthy, Detail = detail });
                await Task.Delay(healthy ? ProbeAfter : clock.GetUtcNow() - born < Youth ? ProbeAtFirst : ProbeWhileSick, clock, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The process has ended; RunOnce goes on.
        }
    }

    private async Task Pause(int exitCode, TimeSpan lived, int failures, CancellationToken ct)
    {
        var pause = Backoff.After(failures);
        log.LogWarning("{Name} ended with exit code {Code} after {Lived} s; it starts again in {Pause} s",
            resource.Name, exitCode, Seconds(lived), Seconds(pause));
        if (resource is not ProjectResource)
        {
            foreach (var line in board.OutputOf(resource.Name)!.Last(ShownAtEnd))
                Console.WriteLine($"[{resource.Name}] {line.Text}");
        }
        board.Change(resource, state => state with
        {
            Phase = Phase.Restarting, Healthy = false, Detail = $"ended with exit code {exitCode}", ExitCode = exitCode, Pid = null,
            Restarts = state.Restarts + 1, StoppedAt = clock.GetUtcNow(),
        });
        await Task.Delay(pause, clock, ct);
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>A service speaks to the terminal at once; a server's routine is kept, and shown when it ends.</summary>
    private void Print(string line, bool isError)
    {
        board.OutputOf(resource.Name)!.Add(line, isError);
        if (resource is not ProjectResource)
            return;
        lock (cap)
        {
            foreach (var text in cap.Admit(line, clock.GetUtcNow()))
                Console.WriteLine($"[{resource.Name}] {text}");
        }
    }
}
