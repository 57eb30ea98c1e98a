using System.Net;
using System.Net.Sockets;

namespace LlmOps.LocalHosting;

internal static class Ports
{
    /// <summary>A loopback port that nobody listens on now. Another process may take it before it is used.</summary>
    public static int Free()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
