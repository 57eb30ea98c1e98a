using System.Text.Json.Nodes;
using LlmOps.Evaluation;
using LlmOps.Inference;

namespace LlmOps.Tests.Evaluation.Running;

public sealed class SuiteRunnerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_case_is_asked_once_and_its_result_stands_in_the_datasets_order()
    {
        var model = new ScriptedModel((call, _) => call % 3 == 0 ? "no" : "yes");

        var results = await Runs.Run(Runs.Of(Runs.Cases(50)), model);

        Assert.Equal(50, model.Calls);
        Assert.Equal(Enumerable.Range(1, 50).Select(i => $"c{i:000}"), results.Select(result => result.Id));
        Assert.Equal(34, results.Count(result => result.Passed));
        Assert.All(results, result => Assert.Equal((0.002m, null, null, new ReportTokens(1000, 100)), (result.CostUsd, result.Attempts, result.RetriesUsd, result.Tokens)));
    }

    [Fact]
    public async Task A_busy_provider_is_asked_again_which_is_counted_and_costs_nothing()
    {
        var model = new ScriptedModel((call, _) => call < 3 ? ScriptedModel.Busy() : "yes");

        var result = Assert.Single(await Runs.Run(Runs.Of(Runs.Cases(1)), model));

        Assert.Equal((true, 3, 0m, 0.002m), (result.Passed, result.Attempts, result.RetriesUsd, result.CostUsd));
    }

    [Fact]
    public async Task An_attempt_that_broke_off_is_paid_for_by_what_was_asked_and_said()
    {
        var model = new ScriptedModel((call, _) => call == 1 ? new ScriptedModel.Cut("well well") : "yes");
        var dataset = Runs.Cases(1);

        var results = await Runs.Run(Runs.Of(dataset), model);

        var lost = (EmbeddedTokens.Count("question 1") * 1m + EmbeddedTokens.Count("well well") * 10m) / 1_000_000;
        var cost = Runs.Report(dataset, results).Cost;
        Assert.True(lost > 0);
        Assert.Equal((2, lost), (results[0].Attempts, results[0].RetriesUsd));
        Assert.Equal((0.002m + lost, lost, 2m), (cost.TotalUsd, cost.RetriesUsd, cost.Per1kUsd)); // what an answer costs is the bundle's, what a retry costs is not
    }

    [Theory]
    [InlineData(400, "no", 1)] // asking again would change nothing
    [InlineData(401, "no", 1)]
    [InlineData(429, "insufficient_quota", 1)]
    [InlineData(429, "no", 5)]
    [InlineData(500, "no", 5)]
    public async Task A_case_without_an_answer_is_errored_and_stays_in_the_denominator(int status, string code, int asked)
    {
        var model = new ScriptedModel((_, question) => question == "question 2" ? ScriptedModel.No(status, code) : "yes");
        var dataset = Runs.Cases(4);

        var results = await Runs.Run(Runs.Of(dataset), model);

        Assert.Equal(3 + asked, model.Calls);
        Assert.Equal($"{code}: No.", results[1].Error);
        Assert.Equal(0.75, Runs.Report(dataset, results).Gates.Single().Candidate);
    }

    [Fact]
    public async Task A_provider_that_is_down_is_asked_again_only_within_the_runs_budget()
    {
        var model = new ScriptedModel((_, _) => ScriptedModel.No(503));

        var results = await Runs.Run(Runs.Of(Runs.Cases(100)), model, Runs.Limits(retries: Runs.Patient with { Budget = 20 }));

        Assert.Equal(120, model.Calls);
        Assert.All(results, result => Assert.NotNull(result.Error));
    }

    [Fact]
    public async Task A_case_that_is_never_answered_ends_with_its_time()
    {
        var model = new ScriptedModel((_, _) => "yes") { While = ct => Task.Delay(Timeout.Infinite, ct) };

        var result = Assert.Single(await Runs.Run(Runs.Of(Runs.Cases(1)), model, Runs.Limits(retries: new RetryRules(5, TimeSpan.FromMilliseconds(20), 10))));

        Assert.StartsWith("model-timeout", result.Error, StringComparison.Ordinal);
        Assert.True(result.RetriesUsd > 0); // the provider took the request
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task No_more_calls_are_open_than_the_limit_allows(int limit)
    {
        var together = new TaskCompletionSource();
        var arrived = 0;
        var model = new ScriptedModel((_, _) => "yes")
        {
            While = async ct =>
            {
                if (Interlocked.Increment(ref arrived) >= limit)
                    together.TrySetResult();
                await together.Task.WaitAsync(ct);
            },
        };

        await Runs.Run(Runs.Of(Runs.Cases(20)), model, Runs.Limits(limit));

        Assert.Equal(limit, model.Most);
    }

    [Fact]
    public async Task Whom_a_provider_tells_to_wait_speaks_for_all()
    {
        using var lane = new ProviderLane(8, TimeProvider.System);
        var wait = TimeSpan.FromMilliseconds(50);
        var asked = TimeProvider.System.GetUtcNow();

        lane.Quiet(wait);
        var began = await lane.Enter(() => Task.FromResult((object)TimeProvider.System.GetUtcNow()), Ct);

        Assert.True((DateTimeOffset)began >= asked + wait);
    }

    [Fact]
    public void A_wait_is_the_providers_or_else_twice_as_long_every_time_and_differs_by_case()
    {
        var told = new UpstreamRefusal(RefusalKind.Exhausted, "busy", "", 429, "", TimeSpan.FromSeconds(7));
        var silent = told with { RetryAfter = null };

        var waits = Enumerable.Range(1, 5).Select(attempt => RetryRules.Wait(silent, attempt, "c1").TotalMilliseconds).ToList();

        Assert.Equal(TimeSpan.FromSeconds(7), RetryRules.Wait(told, 1, "c1"));
        Assert.All(waits.Index(), wait => Assert.InRange(wait.Item, 250 * Math.Pow(2, wait.Index), 500 * Math.Pow(2, wait.Index)));
        Assert.NotEqual(waits[0], RetryRules.Wait(silent, 1, "c2").TotalMilliseconds);
    }

    [Fact]
    public async Task Progress_counts_to_the_end_with_an_estimate()
    {
        var told = new List<RunProgress>();

        await Runs.Run(Runs.Of(Runs.Cases(5)), new ScriptedModel((_, _) => "yes"), Runs.Limits(1), progress: progress => { lock (told) told.Add(progress); });

        Assert.Equal([1, 2, 3, 4, 5], told.Select(progress => progress.Done));
        Assert.Equal(TimeSpan.FromSeconds(6), new RunProgress(5, 8, 2, TimeSpan.FromSeconds(4)).Left);
    }

    [Fact]
    public void Tool_calls_that_come_in_pieces_are_put_together()
    {
        var streamed = new StreamedCompletion();
        foreach (var piece in new[] { """{"index":0,"id":"t1","function":{"name":"book","arguments":"{\"ro"}}""", """{"index":0,"function":{"arguments":"om\":7}"}}""" })
            streamed.Add(new JsonObject { ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = new JsonObject { ["tool_calls"] = new JsonArray(JsonNode.Parse(piece)) } }) });

        var answer = Answer.Read(streamed.Completion()!).Value!;

        Assert.Equal("""[{"id":"t1","type":"function","function":{"name":"book","arguments":"{\"room\":7}"}}]""", answer.ToolCalls!.ToJsonString(Json.Options));
    }
}
