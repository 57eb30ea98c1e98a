namespace LlmOps.Tests.Evals;

/// <summary>`bundle evaluate`, with the server stood in for at the wire.</summary>
public sealed class EvaluateCommandTests : IDisposable
{
    private readonly StandInServer server;
    private readonly List<string> requests = [];

    public EvaluateCommandTests() => server = new StandInServer(asked =>
    {
        requests.Add($"{asked.HttpMethod} {asked.RawUrl}");
        return asked.Url!.AbsolutePath.EndsWith("/evaluations", StringComparison.Ordinal)
            ? (200, "application/json", Json.Write(new RunView("run_1", "hotel", "guest", "b_1", null, "golden", "", "", RunState.Finished, 6, 6, Verdict.Fail, [], "me", DateTimeOffset.UnixEpoch, null, null)))
            : (409, "application/problem+json", """{"type": "urn:llmops:nothing-to-retry", "status": 409, "detail": "The run has no errored case."}""");
    });

    public void Dispose() => server.Dispose();

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
        ["bundle", "evaluate", "b_1", "--server", server.Address, "--json", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
}
