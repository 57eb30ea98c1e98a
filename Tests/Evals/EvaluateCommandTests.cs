using System.Net;
using System.Net.Sockets;

namespace LlmOps.Tests.Evals;

/// <summary>`bundle evaluate`, with the server stood in for at the wire.</summary>
public sealed class EvaluateCommandTests : IDisposable
{
    private readonly HttpListener server = new();
    private readonly List<string> requests = [];

    public EvaluateCommandTests()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        free.Stop();
        server.Prefixes.Add($"{Address}/");
        server.Start();
        _ = Serve();
    }

    private string Address { get; }

    public void Dispose() => server.Close();

    [Theory]
    [InlineData("", "POST /api/bundles/b_1/evaluations?suite=")]
    [InlineData("--suite guest-holdout", "POST /api/bundles/b_1/evaluations?suite=guest-holdout")]
    public async Task Another_suite_is_asked_for_by_its_name(string options, string request)
    {
        await Evaluate(options);

        Assert.Equal(request, requests[0]);
        Assert.DoesNotContain(requests, asked => asked.Contains("retry", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_retry_asks_the_run_again_and_says_where_nothing_is_errored()
    {
        var run = await Evaluate("--retry");

        Assert.Equal(["POST /api/bundles/b_1/evaluations?suite=", "POST /api/runs/run_1/retry"], requests);
        Assert.Equal(1, run.Exit);
        Assert.Contains("nothing-to-retry", run.Out, StringComparison.Ordinal);
    }

    private Task<Command> Evaluate(string options) => Command.Run(
        Path.GetTempPath(), new Dictionary<string, string> { ["LLMOPS_ENDPOINTS"] = Path.Combine(Path.GetTempPath(), "none.json"), ["LLMOPS_API_KEY"] = "key" },
        ["bundle", "evaluate", "b_1", "--server", Address, "--json", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

    private async Task Serve()
    {
        while (server.IsListening)
        {
            HttpListenerContext asked;
            try { asked = await server.GetContextAsync(); }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException) { return; }
            requests.Add($"{asked.Request.HttpMethod} {asked.Request.RawUrl}");
            var started = asked.Request.Url!.AbsolutePath.EndsWith("/evaluations", StringComparison.Ordinal);
            asked.Response.StatusCode = started ? 200 : 409;
            asked.Response.ContentType = started ? "application/json" : "application/problem+json";
            await asked.Response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(started
                ? Json.Write(new RunView("run_1", "hotel", "guest", "b_1", null, "golden", "", "", RunState.Finished, 6, 6, Verdict.Fail, [], "me", DateTimeOffset.UnixEpoch, null, null))
                : """{"type": "urn:llmops:nothing-to-retry", "status": 409, "detail": "The run has no errored case."}"""));
            asked.Response.Close();
        }
    }
}
