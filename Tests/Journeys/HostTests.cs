using System.Net;
using System.Net.Sockets;

namespace LlmOps.Tests.Journeys;

/// <summary>The host as people and accidents treat it. Each test drives real processes.</summary>
public sealed class HostTests : IDisposable
{
    private readonly string folder = RunningStack.NewFolder();

    [Fact]
    public async Task A_killed_host_leaves_no_process_and_the_next_start_finds_its_data()
    {
        var first = await RunningStack.Start(folder);
        var tree = Processes.TreeOf(first.Pid);

        await first.Kill();
        await AllEnd(tree);
        await using var second = await RunningStack.Start(folder);

        Assert.True(tree.Count > 10, $"the host, a watchdog, two servers and eight processes were expected, there were {tree.Count}");
        Assert.Equal(first.Endpoints.Keys, second.Endpoints.Keys);
        Assert.True(File.Exists(Path.Combine(folder, "data", "postgres", "cluster", "PG_VERSION")));
    }

    [Fact]
    public async Task Killing_the_dotnet_run_above_it_ends_everything()
    {
        var stack = await RunningStack.Start(folder, viaDotNetRun: true);
        var tree = Processes.TreeOf(stack.Pid);

        await stack.Kill();

        await AllEnd(tree);
    }

    [Fact]
    public async Task Asked_to_stop_it_ends_everything_in_order_and_is_done()
    {
        var stack = await RunningStack.Start(folder);
        var tree = Processes.TreeOf(stack.Pid);

        var code = await stack.Stop();

        Assert.Equal(0, code);
        await AllEnd(tree);
        Assert.False(File.Exists(stack.EndpointsFile));
        Assert.False(File.Exists(Path.Combine(folder, "data", "postgres", "cluster", "postmaster.pid"))); // Postgres closed its data in order
    }

    [Fact]
    public async Task A_second_start_says_where_the_first_runs_and_does_not_disturb_it()
    {
        await using var first = await RunningStack.Start(folder);

        await using var second = RunningStack.Launch(folder);
        var code = await second.Exited.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Equal(1, code);
        Assert.Contains($"pid {first.Pid}", second.Output, StringComparison.Ordinal);
        Assert.Contains(first.Endpoints.Addresses["web"], second.Output, StringComparison.Ordinal);
        Assert.False(first.Exited.IsCompleted);
    }

    [Fact]
    public async Task A_killed_service_comes_back()
    {
        await using var stack = await RunningStack.Start(folder);
        var service = Processes.TreeOf(stack.Pid).Single(process => process.Command.Contains("LlmOps.Prompts.dll", StringComparison.Ordinal));

        Processes.Signal(service.Pid, "KILL");
        await AllEnd([service]);

        using var client = stack.Client("prompts", Role.Viewer);
        while (!await Answers(client))
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Contains("prompts ended with exit code 137", stack.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_named_and_nothing_was_started()
    {
        using var other = new TcpListener(IPAddress.Loopback, 5086);
        try { other.Start(); }
        catch (SocketException) { /* somebody else has taken it, which serves as well */ }

        await using var stack = RunningStack.Launch(folder, new() { ["LLMOPS_PORTS"] = "" });
        var code = await stack.Exited.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Equal(1, code);
        Assert.Contains("port 5086, which releases needs, is taken", stack.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder, "data", "postgres")));
    }

    [Fact]
    public async Task A_wrong_password_is_told_before_anything_starts()
    {
        await using var first = await RunningStack.Start(folder);
        var port = (await File.ReadAllLinesAsync(Path.Combine(folder, "data", "postgres", "cluster", "postmaster.pid"), TestContext.Current.CancellationToken))[3];
        var elsewhere = RunningStack.NewFolder();

        await using var second = RunningStack.Launch(elsewhere, new() { ["ConnectionStrings__postgres"] = $"Host=127.0.0.1;Port={port};Username=llmops;Password=wrong" });
        var code = await second.Exited.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Directory.Delete(elsewhere, recursive: true);

        Assert.Equal(1, code);
        Assert.Contains("refuses the user \"llmops\"", second.Output, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__postgres", second.Output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static async Task AllEnd(IReadOnlyList<Processes.Running> tree)
    {
        var until = DateTime.UtcNow.AddSeconds(30);
        while (Processes.StillAlive(tree) is { Count: > 0 } left)
        {
            Assert.True(DateTime.UtcNow < until, $"still alive:\n{string.Join('\n', left)}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<bool> Answers(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("health", UriKind.Relative), TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
