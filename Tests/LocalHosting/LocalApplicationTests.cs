using System.Collections.Concurrent;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using LlmOps.LocalHosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LlmOps.Tests.LocalHosting;

/// <summary>Real applications of small shell processes that write down what happens to them.</summary>
public sealed class LocalApplicationTests : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmops-host-").FullName;
    private readonly IDistributedApplicationBuilder builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
    private DistributedApplication? app;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string[] Journal => File.Exists(Path.Combine(folder, "journal")) ? File.ReadAllLines(Path.Combine(folder, "journal")) : [];

    [Fact]
    public async Task Nobody_starts_before_the_one_waited_for_is_healthy_and_nobody_ends_before_those_who_wait()
    {
        var database = Server("database");
        var healthy = Gate(database, "database-check");
        Server("service").WaitFor(database);
        app = builder.Build();
        await app.StartAsync(Ct);
        await Until(() => Journal.Contains("database starts"));
        var before = Journal;

        healthy["database-check"] = HealthStatus.Healthy;
        await app.ResourceNotifications.WaitForResourceHealthyAsync("service", Ct);
        await Until(() => Journal.Contains("service starts"));
        await app.StopAsync(Ct);

        Assert.Equal(["database starts"], before);
        Assert.Equal(["database starts", "service starts", "service ends", "database ends"], Journal);
    }

    [Fact]
    public async Task One_that_waits_for_the_end_of_another_starts_after_it_and_the_end_is_no_crash()
    {
        var migration = builder.AddExecutable("migration", "/bin/sh", folder, "-c", "echo migrated >> journal");
        Server("service").WaitForCompletion(migration);
        app = builder.Build();

        await app.StartAsync(Ct);
        await Until(() => Journal.Contains("service starts"));

        Assert.Equal(["migrated", "service starts"], Journal);
        Assert.Equal(Phase.Finished, Board.Of("migration").Phase);
    }

    [Fact]
    public async Task One_that_dies_is_unhealthy_and_starts_again()
    {
        Server("service");
        app = builder.Build();
        await app.StartAsync(Ct);
        await Until(() => Journal.Length == 1);
        var first = Board.Of("service").Pid!.Value;

        Unix.Signal(first, Unix.Kill);
        await Until(() => Journal.Length == 2);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("service", Ct);

        Assert.Equal(1, Board.Of("service").Restarts);
        Assert.NotEqual(first, Board.Of("service").Pid);
    }

    [Fact]
    public async Task A_stranger_who_answers_the_probe_does_not_make_a_dead_process_healthy()
    {
        var crashing = builder.AddExecutable("crashing", "/bin/sh", folder, "-c", "echo tried >> journal; exit 3");
        Gate(crashing, "answered-by-a-stranger")["answered-by-a-stranger"] = HealthStatus.Healthy;
        var seen = new ConcurrentQueue<ResourceState>();
        app = builder.Build();
        await app.StartAsync(Ct);

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await foreach (var state in Board.Watch(enough.Token))
        {
            seen.Enqueue(state);
            if (state.Restarts >= 2)
                break;
        }

        Assert.DoesNotContain(seen, state => state.Phase == Phase.Restarting && state.Healthy == true);
        Assert.Contains(seen, state => state.ExitCode == 3);
        Assert.False(Board.Of("crashing").Satisfies(WaitType.WaitUntilHealthy));
    }

    [Fact]
    public async Task One_that_cannot_start_is_failed_and_the_others_go_on()
    {
        builder.AddExecutable("absent", "/nowhere/program", "/nowhere");
        Server("service");
        app = builder.Build();

        await app.StartAsync(Ct);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("service", Ct);
        await Board.When("absent", state => state.Phase == Phase.FailedToStart, Ct);

        Assert.NotNull(Board.Of("absent").Detail);
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }
        Directory.Delete(folder, recursive: true);
    }

    private ResourceBoard Board => app!.Services.GetRequiredService<ResourceBoard>();

    /// <summary>Lives until it is asked to stop.</summary>
    private IResourceBuilder<ExecutableResource> Server(string name) => builder.AddExecutable(name, "/bin/sh", folder, "-c",
        string.Create(CultureInfo.InvariantCulture, $"trap 'echo {name} ends >> journal; exit 0' INT TERM; echo {name} starts >> journal; while :; do sleep 0.05; done"));

    /// <summary>A check that says what the test says.</summary>
    private ConcurrentDictionary<string, HealthStatus> Gate(IResourceBuilder<ExecutableResource> resource, string key)
    {
        var says = new ConcurrentDictionary<string, HealthStatus> { [key] = HealthStatus.Unhealthy };
        builder.Services.AddHealthChecks().AddCheck(key, () => new HealthCheckResult(says[key]));
        resource.WithHealthCheck(key);
        return says;
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(20, Ct);
    }
}
