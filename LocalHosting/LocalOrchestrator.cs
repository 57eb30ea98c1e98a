using System.Collections.Concurrent;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using LlmOps.LocalHosting.Dashboard;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmOps.LocalHosting;

/// <summary>Runs every resource of the application, and stops them so that nothing ends before those that wait for it.</summary>
internal sealed class LocalOrchestrator(
    IReadOnlyList<IResource> resources, ResourceBoard board, HealthCheckService health, LocalDashboardOptions dashboard,
    DistributedApplicationExecutionContext execution, TimeProvider clock, ILoggerFactory logs) : IHostedService, IAsyncDisposable
{
    private readonly List<ResourceRun> runs = [];
    private Watchdog? watchdog;
    private LocalDashboard? shown;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            throw new DistributedApplicationException("This host starts processes as Unix does. On Windows use WSL, or build with -p:Feed=Full.");

        StartOrder.Check(resources);
        foreach (var endpoint in resources.SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>()))
            endpoint.AllocatedPort = endpoint.TargetPort ?? endpoint.Port ?? Ports.Free();

        watchdog = new Watchdog();
        var log = logs.CreateLogger("LlmOps");
        shown = await LocalDashboard.Start(dashboard, board, watchdog, clock, log, cancellationToken);
        foreach (var resource in resources)
            runs.Add(new ResourceRun(resource, board, watchdog, health, ct => ResourceCommand.Of(resource, shown.TelemetryOf(resource), execution, ct), clock, log));
        foreach (var run in runs)
            run.Start();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var stops = new ConcurrentDictionary<ResourceRun, Lazy<Task>>();
        await Task.WhenAll(runs.Select(Stop));
        if (shown is not null)
            await shown.Stop();
        watchdog?.Dispose();

        Task Stop(ResourceRun run) => stops.GetOrAdd(run, _ => new Lazy<Task>(async () =>
        {
            await Task.WhenAll(runs.Where(other => StartOrder.Waits(other.Resource, run.Resource)).Select(Stop));
            await run.Stop();
        })).Value;
    }

    public Task Healthy(string name, CancellationToken ct) =>
        board.When(name, state => state.Satisfies(WaitType.WaitUntilHealthy), ct);

    public async ValueTask DisposeAsync()
    {
        foreach (var run in runs)
            run.Dispose();
        if (shown is not null)
            await shown.DisposeAsync();
    }
}
