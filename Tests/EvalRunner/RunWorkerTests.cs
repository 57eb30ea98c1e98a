using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using LlmOps.EvalRunner;
using LlmOps.Evaluation;
using LlmOps.Pricing;
using LlmOps.Tests.Evals;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOps.Tests.EvalRunner;

/// <summary>The runner against the real Evals, with the gateway stood in for at the wire.</summary>
public sealed class RunWorkerTests(EvalsService evals) : IClassFixture<EvalsService>
{
    private readonly EvalsReach reach = new();
    private int calls;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cases_are_asked_of_the_pinned_bundle_scored_priced_and_decided()
    {
        var run = await evals.Start("runner", ["spa", "pool"], Ct, bundle: "b_good", baseline: "b_bad");

        await Worker(request => Completion(Bundle(request) == "b_good" ? "Yes, all day [2]." : "No.")).Pass(Ct);
        await evals.Pass(Ct);

        var report = (await evals.Internal.Report(run.Id, Ct)).Value!;
        Assert.Equal(Verdict.Pass, report.Verdict);
        var result = report.Cases[0];
        Assert.Equal((1.0, true, null), (result.Scores["accuracy"], result.Passed, result.Error));
        Assert.Equal((0.00011m, new ReportTokens(500, 150)), (result.CostUsd, result.Tokens)); // nominal prices of embedded/extractive
        Assert.Equal(["services/hours.md"], result.Citations);
        Assert.True(result.TtftMs > 0 && result.LatencyMs >= result.TtftMs);
        Assert.Equal([false, false], (await evals.Internal.Changes(run.Id, Ct)).Value!.Select(change => change.Baseline!.Passed));
        Assert.Equal(HealthStatus.Healthy, (await reach.CheckHealthAsync(new(), Ct)).Status);
    }

    [Fact]
    public async Task The_gateway_gets_the_case_as_variables_under_the_apps_name()
    {
        await evals.Start("wire", ["spa"], Ct);
        JsonObject? body = null;

        await Worker(request => { body = request.Content!.ReadFromJsonAsync<JsonObject>(Ct).Result; return Completion("yes"); }).Pass(Ct);

        Assert.Equal("""{"model":"wire","prompt_variables":{"input":"Is spa open?"},"user":"spa","stream":true,"stream_options":{"include_usage":true}}""", body?.ToJsonString());
    }

    [Fact]
    public async Task A_busy_gateway_is_asked_again_when_it_says_so()
    {
        var run = await evals.Start("busy", ["spa"], Ct);

        await Worker(_ => calls < 3 ? Busy(TimeSpan.Zero) : Completion("yes")).Pass(Ct);
        await evals.Pass(Ct);

        Assert.Equal(3, calls);
        Assert.Equal(Verdict.Pass, (await evals.Internal.Run(run.Id, Ct)).Value?.Verdict);
    }

    [Theory]
    [InlineData(429, 0, 5)] // five times, then given up
    [InlineData(429, 60, 1)] // never before it was told
    [InlineData(400, 0, 1)] // asking again would change nothing
    [InlineData(401, 0, 1)]
    public async Task A_case_without_an_answer_is_errored_with_the_gateways_reason(int status, int seconds, int asked)
    {
        var run = await evals.Start($"errors-{status}-{seconds}", ["spa"], Ct);

        await Worker(_ => Busy(TimeSpan.FromSeconds(seconds), (HttpStatusCode)status)).Pass(Ct);
        await evals.Pass(Ct);

        var result = (await evals.Internal.Report(run.Id, Ct)).Value!.Cases.Single();
        Assert.Equal(asked, calls);
        Assert.Equal("rate_limit_exceeded: Slow down.", result.Error);
        Assert.Null(result.CostUsd);
    }

    [Fact]
    public async Task A_gateway_that_is_away_says_nothing_about_the_bundle()
    {
        var run = await evals.Start("away", ["spa"], Ct);

        await Worker(_ => throw new HttpRequestException(HttpRequestError.ConnectionError), retries: new(1, TimeSpan.FromMinutes(1), 0)).Pass(Ct);
        await evals.Pass(Ct);

        Assert.Equal((RunState.Running, 0), ((await evals.Internal.Run(run.Id, Ct)).Value!.State, (await evals.Internal.Run(run.Id, Ct)).Value!.Done));
        Assert.Equal(HealthStatus.Unhealthy, (await reach.CheckHealthAsync(new(), Ct)).Status);
        evals.Clock.Advance(LlmOps.Evals.JobStore.Lease);
        await Worker(_ => Completion("yes")).Pass(Ct);
        await evals.Pass(Ct);
        Assert.Equal(Verdict.Pass, (await evals.Internal.Run(run.Id, Ct)).Value?.Verdict);
    }

    [Theory]
    [InlineData("""{"choices": []}""")]
    [InlineData("""{"choices": [{"delta": 7}]}""")]
    [InlineData("""{"choices": 1}""")]
    public async Task An_answer_that_is_no_completion_is_an_errored_case(string chunk)
    {
        var run = await evals.Start($"garbage-{ContentHash.OfText(chunk)[..8]}", ["spa"], Ct);

        await Worker(_ => Events(chunk), retries: new(1, TimeSpan.FromMinutes(1), 0)).Pass(Ct);
        await evals.Pass(Ct);

        Assert.StartsWith("malformed-answer", (await evals.Internal.Report(run.Id, Ct)).Value!.Cases.Single().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_model_has_an_unknown_cost()
    {
        var run = await evals.Start("unpriced", ["spa"], Ct);

        await Worker(_ => Completion("yes", model: "nobody/knows")).Pass(Ct);
        await evals.Pass(Ct);

        var report = (await evals.Internal.Report(run.Id, Ct)).Value!;
        Assert.Equal((1, null), (report.Cost.Unknown, report.Cost.Per1kUsd));
    }

    [Fact] // F59: a runner that dies with cases in its hands.
    public async Task A_killed_runners_cases_are_taken_over_none_counts_twice_and_both_tries_are_paid_for()
    {
        var run = await evals.Start("killed", ["a", "b", "c", "d"], Ct);
        await evals.Finish(Ct, [.. (await evals.Claim("alive", 2, Ct)).Select(job => EvalsService.Answered(job, right: true))]);
        using (var killed = CancellationTokenSource.CreateLinkedTokenSource(Ct))
        {
            var dying = Worker(_ => { killed.Cancel(); return Completion("yes"); });
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dying.Pass(killed.Token));
        }
        evals.Clock.Advance(LlmOps.Evals.JobStore.Lease);

        await Worker(_ => Completion("yes")).Pass(Ct);
        await evals.Pass(Ct);

        var report = (await evals.Internal.Report(run.Id, Ct)).Value!;
        Assert.Equal(["a", "b", "c", "d"], report.Cases.Select(result => result.Id));
        Assert.Equal([null, null, 2, 2], report.Cases.Select(result => result.Attempts));
        Assert.Equal((0.0002m + 4 * 0.00011m, 2 * 0.00011m), (report.Cost.TotalUsd, report.Cost.RetriesUsd));
    }

    [Fact]
    public async Task Without_prices_no_case_is_taken_and_health_says_why()
    {
        var run = await evals.Start("prices", ["spa"], Ct);

        await Worker(_ => Completion("yes"), _ => new(HttpStatusCode.ServiceUnavailable)).Pass(Ct);

        Assert.Equal(RunState.Queued, (await evals.Internal.Run(run.Id, Ct)).Value?.State);
        Assert.Equal(HealthStatus.Unhealthy, (await reach.CheckHealthAsync(new(), Ct)).Status);
        await Worker(_ => Completion("yes")).Pass(Ct);
    }

    private RunWorker Worker(Func<HttpRequestMessage, HttpResponseMessage> gateway, Func<HttpRequestMessage, HttpResponseMessage>? costs = null, RetryRules? retries = null)
    {
        var asked = new GatewayModels(Http(request => { Interlocked.Increment(ref calls); return gateway(request); }));
        var book = new CostsClient(Http(costs ?? (_ => StubHttp.Json(new PriceBookView(PriceBook.BuiltIn.Version, Json.Write(PriceBook.BuiltIn))))));
        return new(new EvalsClient(evals.AsService("evalrunner")), new CaseRunner(asked, TimeProvider.System) { Retries = retries ?? new(5, TimeSpan.FromSeconds(10), 8) }, new Prices(book, evals.Clock), reach, TimeProvider.System, NullLogger<RunWorker>.Instance);
    }

    private static HttpClient Http(Func<HttpRequestMessage, HttpResponseMessage> answer) =>
        new(new StubHttp(request => Task.FromResult(answer(request)))) { BaseAddress = new("http://stand-in/") };

    private static string Bundle(HttpRequestMessage request) => request.Headers.GetValues("x-llmops-bundle").Single();

    private static HttpResponseMessage Completion(string content, string model = "embedded/extractive")
    {
        var context = new[] { new GivenPassage("rooms.md", 0.9, "Rooms."), new GivenPassage("services/hours.md", 0.8, "Open all day.") };
        return Events(
            Json.Write(new { id = "chatcmpl-1", model, choices = new[] { new { index = 0, delta = new { content }, finish_reason = (string?)null } }, llmops = new { context } }),
            Json.Write(new { id = "chatcmpl-1", model, choices = new[] { new { index = 0, delta = new { }, finish_reason = "stop" } } }),
            Json.Write(new { id = "chatcmpl-1", model, choices = Array.Empty<object>(), usage = new { prompt_tokens = 500, completion_tokens = 150, total_tokens = 650 } }));
    }

    private static HttpResponseMessage Events(params string[] chunks) =>
        new() { Content = new StringContent(string.Concat(chunks.Append("[DONE]").Select(chunk => $"data: {chunk}\n\n")), Encoding.UTF8, "text/event-stream") };

    private static HttpResponseMessage Busy(TimeSpan retryAfter, HttpStatusCode status = HttpStatusCode.TooManyRequests)
    {
        var response = StubHttp.Json(new { error = new { message = "Slow down.", type = "rate_limit_error", code = "rate_limit_exceeded" } }, status);
        response.Headers.RetryAfter = new(retryAfter);
        return response;
    }
}
