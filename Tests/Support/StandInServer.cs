using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LlmOps.Tests;

/// <summary>What stands in for a server at the wire, for programs that are given an address.</summary>
internal sealed class StandInServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Func<HttpListenerRequest, (int Status, string Type, string Body)> answer;

    public StandInServer(Func<HttpListenerRequest, (int Status, string Type, string Body)> answer)
    {
        this.answer = answer;
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        free.Stop();
        listener.Prefixes.Add($"{Address}/");
        listener.Start();
        _ = Serve();
    }

    public string Address { get; }

    public void Dispose() => listener.Close();

    private async Task Serve()
    {
        while (listener.IsListening)
        {
            HttpListenerContext asked;
            try { asked = await listener.GetContextAsync(); }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException) { return; }
            var (status, type, body) = answer(asked.Request);
            asked.Response.StatusCode = status;
            asked.Response.ContentType = type;
            await asked.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
            asked.Response.Close();
        }
    }
}
