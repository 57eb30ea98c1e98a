using System.Net;
using System.Net.Sockets;

namespace LlmOps.AppHost;

/// <summary>The ports of the contract, or free ones with <c>LLMOPS_PORTS=auto</c>. Each is bind-tested before anything starts.</summary>
/// <param name="patience">How long a taken port may take to become free: the children of a killed host need some seconds.</param>
public sealed class LocalPorts(bool auto, TimeSpan patience, TimeProvider clock)
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(200);

    private readonly HashSet<int> given = [];

    public bool Auto => auto;

    /// <summary>The port to use, or why there is none.</summary>
    public Result<Port> Take(string resource, int port)
    {
        if (auto)
            return new Port(Free());
        var until = clock.GetUtcNow() + patience;
        while (!IsFree(port))
        {
            if (clock.GetUtcNow() >= until)
                return Refusal.Conflict("port-taken", $"port {port}, which {resource} needs, is taken by another program. Stop that program, or start with LLMOPS_PORTS=auto to use free ports.");
            Thread.Sleep(Retry);
        }
        return new Port(port);
    }

    /// <summary>A port that nobody listens on and that was not given before.</summary>
    public int Free()
    {
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            if (IsFreeOn(IPAddress.IPv6Loopback, port) && given.Add(port))
                return port;
        }
    }

    /// <summary>Whether a process could listen on it under both names of this machine, 127.0.0.1 and ::1.</summary>
    public static bool IsFree(int port) => IsFreeOn(IPAddress.Loopback, port) && IsFreeOn(IPAddress.IPv6Loopback, port);

    private static bool IsFreeOn(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported; // no such address here, so nobody holds its port
        }
    }
}

public sealed record Port(int Number);
