using System.Net;
using System.Net.Sockets;

namespace LlmOps.Tests.Journeys;

/// <summary>How the host starts and ends. Each test drives a host of its own.</summary>
public sealed class HostTests : IDisposable
{
    private readonly string folder = RunningStack.NewFolder();
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_host_leaves_no_process_and_the_next_start_finds_its_data()
    {
        var first = await RunningStack.Start(folder);
        var tree = Processes.TreeOf(first.Pid);
        var made = await new ReleasesClient(first.Client("releases", Role.Admin)).CreateKey(new(Role.Viewer, "guest@example.com"), Ct);

        await first.Kill();
        await Processes.AllEnd(tree);
        await using var second = await RunningStack.Start(folder);
        var keys = await new ReleasesClient(second.Client("releases", Role.Admin)).Keys(Ct);

        Assert.True(tree.Count > 10, $"the host, a watchdog, two servers and eight processes were expected, there were {tree.Count}");
        Assert.Equal(first.Endpoints.Keys, second.Endpoints.Keys);
        Assert.Contains(keys.Value!, key => key.Id == made.Value!.Key.Id && key.Person == "guest@example.com");
        Assert.True(File.Exists(Path.Combine(folder, "data", "postgres", "cluster", "PG_VERSION")));
    }

    [Fact]
    public async Task Killing_the_dotnet_run_above_it_ends_everything()
    {
        var stack = await RunningStack.Start(folder, viaDotNetRun: true);
        var tree = Processes.TreeOf(stack.Pid);

        await stack.Kill();

        await Processes.AllEnd(tree);
    }

    [Fact]
    public async Task Asked_to_stop_it_ends_everything_in_order_and_is_done()
    {
        var stack = await RunningStack.Start(folder);
        var tree = Processes.TreeOf(stack.Pid);

        var code = await stack.Stop();

        Assert.Equal(0, code);
        await Processes.AllEnd(tree);
        Assert.False(File.Exists(stack.EndpointsFile));
        Assert.False(File.Exists(Path.Combine(folder, "data", "postgres", "cluster", "postmaster.pid"))); // Postgres closed its data in order
    }

    [Fact]
    public async Task A_taken_port_is_named_and_nothing_was_started()
    {
        using var other = new TcpListener(IPAddress.Loopback, 5086);
        try { other.Start(); }
        catch (SocketException) { /* somebody else has taken it, which serves as well */ }

        await using var stack = RunningStack.Launch(folder, new() { ["LLMOPS_PORTS"] = "" });
        var code = await stack.Exited.WaitAsync(TimeSpan.FromMinutes(1), Ct);

        Assert.Equal(1, code);
        Assert.Contains("port 5086, which releases needs, is taken", stack.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder, "data", "postgres")));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
