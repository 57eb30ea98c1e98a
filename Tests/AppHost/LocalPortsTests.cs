using System.Net;
using System.Net.Sockets;
using LlmOps.AppHost;

namespace LlmOps.Tests.AppHost;

public sealed class LocalPortsTests
{
    [Fact]
    public void A_taken_port_is_refused_with_its_number_the_resource_and_the_cure()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var result = new LocalPorts(auto: false, TimeSpan.Zero, TimeProvider.System).Take("gateway", port);

        Assert.Equal("port-taken", result.Refusal?.Code);
        Assert.Contains($"port {port}", result.Refusal!.Detail, StringComparison.Ordinal);
        Assert.Contains("gateway", result.Refusal.Detail, StringComparison.Ordinal);
        Assert.Contains("LLMOPS_PORTS=auto", result.Refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_taken_on_the_other_loopback_address_is_taken()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        using var other = new TcpListener(IPAddress.IPv6Loopback, 0);
        other.Start();

        Assert.False(LocalPorts.IsFree(((IPEndPoint)other.LocalEndpoint).Port));
    }

    [Fact]
    public void With_auto_nobody_gets_the_same_port_twice()
    {
        var ports = new LocalPorts(auto: true, TimeSpan.Zero, TimeProvider.System);

        var given = Enumerable.Range(0, 50).Select(_ => ports.Take("web", 5080).Value!.Number).ToArray();

        Assert.Equal(given.Length, given.Distinct().Count());
    }

    [Fact]
    public async Task After_a_killed_host_a_port_gets_some_time_to_become_free()
    {
        using var dying = new TcpListener(IPAddress.Loopback, 0);
        dying.Start();
        var port = ((IPEndPoint)dying.LocalEndpoint).Port;
        var ports = new LocalPorts(auto: false, TimeSpan.FromSeconds(30), TimeProvider.System);

        var taking = Task.Run(() => ports.Take("web", port), TestContext.Current.CancellationToken);
        dying.Stop();

        Assert.Equal(port, (await taking).Value?.Number);
    }
}
