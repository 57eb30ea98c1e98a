using LlmOps.Evaluation;

namespace LlmOps.Tests.Cli;

/// <summary>`--baseline production`, with the server stood in for at the wire.</summary>
public sealed class EvalProductionTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmops-app-").FullName;
    private readonly StandInServer server;
    private readonly Dictionary<string, object> answers = [];

    public EvalProductionTests() => server = new StandInServer(asked => answers.TryGetValue(asked.Url!.AbsolutePath, out var answer)
        ? (200, "application/json", System.Text.Json.JsonSerializer.Serialize(answer, Json.Options))
        : (404, "application/json", "{}"));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        server.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_newest_finished_report_of_what_is_live_on_the_same_dataset_is_the_baseline()
    {
        var local = await Init();
        Live("b_live", Run("run_old", local.Dataset.Sha256, RunState.Finished), Run("run_other", "0", RunState.Finished));
        answers["/api/runs/run_old/report"] = local with { Bundle = "b_live" };

        var run = await Eval("--json");

        var report = Json.Read<EvalReport>(run.Out);
        Assert.Equal(("b_live", 0), (report.Baseline?.Bundle, run.Exit));
    }

    [Fact]
    public async Task What_is_live_and_was_never_measured_on_this_dataset_is_no_baseline()
    {
        var local = await Init();
        Live("b_live", Run("run_open", local.Dataset.Sha256, RunState.Running), Run("run_other", "0", RunState.Finished));

        var run = await Eval("--json");

        Assert.Equal(1, run.Exit);
        Assert.Contains("no-baseline", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_the_first_release_there_is_nothing_to_compare_with()
    {
        await Init();
        Live(null);

        var run = await Eval("--json");

        Assert.Equal((2, null), (run.Exit, Json.Read<EvalReport>(run.Out).Baseline));
    }

    private async Task<EvalReport> Init()
    {
        await Command.Run(folder, "init", ".");
        await File.WriteAllTextAsync(Path.Combine(folder, "llmops.yaml"), string.Join('\n', (await File.ReadAllLinesAsync(Path.Combine(folder, "llmops.yaml"), Ct))
            .Select(line => line.StartsWith("app:", StringComparison.Ordinal) ? "app: hotel" : line.StartsWith("route:", StringComparison.Ordinal) ? "route: hotel" : line)), Ct);
        await File.WriteAllTextAsync(Path.Combine(folder, "policies/release.yaml"), "gates:\n- { metric: accuracy, max_drop: 0.02, method: point }\n", Ct);
        await Command.Run(folder, "eval", "suites/guest-agent.yaml", "--out", "local.json");
        return Json.Read<EvalReport>(await File.ReadAllTextAsync(Path.Combine(folder, "local.json"), Ct));
    }

    private void Live(string? bundle, params RunView[] runs)
    {
        answers["/api/routes"] = new[] { new RouteView("hotel", "hotel", "production", bundle, bundle, null, null, null, false) };
        answers["/api/runs"] = runs;
    }

    private static RunView Run(string id, string dataset, RunState state) => new(
        id, "hotel", "guest-agent", "b_live", null, "guest-agent", dataset, "", state, 6, 6, null, [], "me", DateTimeOffset.UnixEpoch, null, null);

    private Task<Command> Eval(params string[] arguments) => Command.Run(
        folder, new Dictionary<string, string> { ["LLMOPS_ENDPOINTS"] = Path.Combine(folder, "none.json"), ["LLMOPS_API_KEY"] = "key", ["CI"] = "" },
        ["eval", "suites/guest-agent.yaml", "--baseline", "production", "--server", server.Address, .. arguments]);
}
