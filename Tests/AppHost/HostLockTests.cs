using System.Globalization;
using LlmOps.AppHost;

namespace LlmOps.Tests.AppHost;

public sealed class HostLockTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmops-lock-").FullName;

    [Fact]
    public void A_second_host_learns_where_the_first_runs()
    {
        using var first = HostLock.Take(folder, out _);
        first!.Tell("console http://localhost:5080");

        using var second = HostLock.Take(folder, out var holder);

        Assert.Null(second);
        Assert.Contains(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), holder, StringComparison.Ordinal);
        Assert.EndsWith("console http://localhost:5080", holder, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_stopped_in_order_leaves_no_doubt()
    {
        HostLock.Take(folder, out _)!.Dispose();

        using var next = HostLock.Take(folder, out _);

        Assert.False(next!.PreviousWasKilled);
    }

    [Fact]
    public void What_a_killed_host_left_is_noticed()
    {
        File.WriteAllText(Path.Combine(folder, "host"), "pid 1, started long ago");

        using var next = HostLock.Take(folder, out _);

        Assert.True(next!.PreviousWasKilled);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
