using System.Net;
using System.Net.Sockets;

namespace LlmOps.AppHost;

/// <summary>One question to a local server, and the beginning of its answer.</summary>
internal static class TcpProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Empty when nobody answers.</summary>
    public static async Task<byte[]> Ask(int port, byte[] question, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit.Token);
            await socket.SendAsync(question, limit.Token);
            var answer = new byte[1024]; // more than any answer: what is left unread would reset the connection, which the server would log
            var length = await socket.ReceiveAsync(answer, limit.Token);
            return answer[..length];
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return [];
        }
    }
}
