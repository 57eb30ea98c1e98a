using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Cli;
using LlmOps.Evaluation;
using LlmOps.Gateway;
using LlmOps.Indexes;
using LlmOps.Inference;
using LlmOps.Prompting;
using LlmOps.Retrieval;

namespace LlmOps.Tests.Cli;

/// <summary>`llmops eval` as a user runs it: no server, no key, no network.</summary>
public sealed class EvalTests : IDisposable
{
    private const string Suite = "suites/guest-agent.yaml";

    private readonly string folder = Directory.CreateTempSubdirectory("llmops-app-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Without_a_baseline_the_relative_gates_are_open_and_nothing_passes_unseen()
    {
        await Init();

        var run = await Eval("--json");

        var report = Json.Read<EvalReport>(run.Out);
        Assert.Equal((2, Verdict.Inconclusive, null), (run.Exit, report.Verdict, report.Baseline));
        Assert.Equal((6, 6, 6), (report.Dataset.Cases, report.Cases.Count, report.Segments[0].Cases));
        Assert.All(report.Cases, result => Assert.True(result is { Error: null, CostUsd: > 0, LatencyMs: >= 0, TtftMs: >= 0 }));
        Assert.Contains(report.Dataset.Sha256, run.Error, StringComparison.Ordinal); // the run says what it measured on
    }

    [Fact]
    public async Task A_worse_prompt_fails_against_the_report_of_the_better_one_and_the_better_passes()
    {
        await Init();
        await Policy("gates:\n- { metric: accuracy, max_drop: 0.02, method: point }\n- { metric: error_rate, max_increase: 0.02, method: point }\n");
        await Eval("--out", "good.json");
        var good = await File.ReadAllTextAsync(At("prompts/guest-agent.yaml"), Ct);
        await File.WriteAllTextAsync(At("bad.yaml"), good.Replace("k: 4", "k: 1", StringComparison.Ordinal).Replace("at most three sentences", "at most one sentence", StringComparison.Ordinal)
            .Replace("Answer every part of the question.", "", StringComparison.Ordinal).Replace("max_tokens: 300", "max_tokens: 3", StringComparison.Ordinal), Ct);

        var worse = await Eval("--baseline", "good.json", "--prompt", "bad.yaml");
        var same = await Eval("--baseline", "good.json");

        Assert.Equal(100, worse.Exit);
        Assert.Contains("accuracy: ", worse.Out, StringComparison.Ordinal);
        Assert.Contains("fail: b_", worse.Out, StringComparison.Ordinal);
        Assert.Equal(0, same.Exit);
    }

    [Fact]
    public async Task The_report_goes_to_every_file_that_is_asked_for()
    {
        await Init();

        var run = await Eval("--out", "out/report.json", "--junit", "out/junit.xml", "--markdown", "out/comment.md", "--json");

        Assert.Equal(run.Out.TrimEnd(), (await File.ReadAllTextAsync(At("out/report.json"), Ct)).TrimEnd());
        Assert.StartsWith("<?xml", await File.ReadAllTextAsync(At("out/junit.xml"), Ct), StringComparison.Ordinal);
        Assert.StartsWith("<!-- gate:guest-agent -->", await File.ReadAllTextAsync(At("out/comment.md"), Ct), StringComparison.Ordinal);
        Assert.False(File.Exists(At("out/report.json.journal")));
    }

    [Fact]
    public async Task A_replay_asks_no_model_and_gives_the_same_report_but_for_the_time_it_ran()
    {
        await Init();
        await Eval("--record", "answers.jsonl", "--out", "live.json");

        await Eval("--replay", "answers.jsonl", "--out", "first.json");
        await Eval("--replay", "answers.jsonl", "--out", "second.json");

        Assert.Equal(await Timeless("first.json"), await Timeless("second.json"));
        var (live, replayed) = (await Report("live.json"), await Report("first.json"));
        Assert.Equal(live.Cases.Select(result => (result.Id, result.Output, result.LatencyMs, result.TtftMs, result.CostUsd, result.Passed)),
            replayed.Cases.Select(result => (result.Id, result.Output, result.LatencyMs, result.TtftMs, result.CostUsd, result.Passed)));
        Assert.All(replayed.Cases, result => Assert.Contains(Scoring.Recorded, result.Flags!));
    }

    [Fact]
    public async Task Replayed_times_decide_against_recorded_times_alone()
    {
        await Init();
        await Policy("gates:\n- { metric: latency_p95_ms, max_increase_pct: 100000, method: point }\n");
        await Eval("--record", "answers.jsonl", "--out", "live.json");
        await Eval("--replay", "answers.jsonl", "--out", "recorded.json");

        var mixed = await Eval("--replay", "answers.jsonl", "--baseline", "live.json");
        var alike = await Eval("--replay", "answers.jsonl", "--baseline", "recorded.json");

        Assert.Equal((2, 0), (mixed.Exit, alike.Exit));
        Assert.Contains("Run both sides live, or record both.", mixed.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gates: []", "give the policy a gate")]
    [InlineData("gates: [{ metric: acuracy, min: 0.5 }]", "No case has acuracy.")]
    public async Task What_keeps_a_verdict_open_is_said(string policy, string why)
    {
        await Init();
        await Policy(policy);

        var run = await Eval();

        Assert.Equal(2, run.Exit);
        Assert.Contains(why, run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_case_that_is_not_in_the_recording_is_errored_and_never_skipped()
    {
        await Init();
        await Eval("--record", "answers.jsonl");
        var lines = await File.ReadAllLinesAsync(At("answers.jsonl"), Ct);
        await File.WriteAllLinesAsync(At("answers.jsonl"), lines[1..], Ct);

        var report = Json.Read<EvalReport>((await Eval("--replay", "answers.jsonl", "--json")).Out);

        Assert.Equal(6, report.Cases.Count);
        Assert.StartsWith("not-recorded", Assert.Single(report.Cases, result => result.Error is not null).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-baseline", "--baseline", "none.json")]
    [InlineData("no-recording", "--replay", "none.jsonl")]
    [InlineData("missing-file", "--prompt", "none.yaml")]
    [InlineData("missing-file", "--policy", "none.yaml")]
    [InlineData("model-not-pinned", "--model", "gpt-4o")]
    [InlineData("provider-not-configured", "--model", "acme/m@1")]
    [InlineData("no-provider-key", "--model", "openai/gpt-4o@2024-11-20")]
    [InlineData("unknown-model", "--model", "embedded/nothing")]
    [InlineData("bad-usage", "--limit-per-provider", "0")]
    [InlineData("bad-usage", "--record", "a", "--replay", "b")]
    [InlineData("no-server", "--baseline", "production")]
    [InlineData("file-not-usable", "--out", "suites")]
    [InlineData("file-not-usable", "--record", "suites/guest-agent.yaml/answers.jsonl")]
    public async Task What_cannot_be_run_is_refused_with_its_reason(string code, params string[] arguments)
    {
        await Init();

        var run = await Eval([.. arguments, "--json"]);

        Assert.Equal((1, code), (run.Exit, JsonDocument.Parse(run.Out).RootElement.GetProperty("error").GetProperty("code").GetString()));
    }

    // F57: a frozen dataset that changed by one byte is refused, with both hashes.
    [Fact]
    public async Task A_frozen_dataset_that_changed_is_refused()
    {
        await Init();
        await Command.Run(folder, "data", "freeze");
        var frozen = ContentHash.OfBytes(await File.ReadAllBytesAsync(At("datasets/guest-agent.jsonl"), Ct));
        await File.AppendAllTextAsync(At("datasets/guest-agent.jsonl"), "\n", Ct);
        var now = ContentHash.OfBytes(await File.ReadAllBytesAsync(At("datasets/guest-agent.jsonl"), Ct));

        var run = await Eval();

        Assert.Equal(1, run.Exit);
        Assert.All([frozen, now], hash => Assert.Contains(hash[..12], run.Error, StringComparison.Ordinal));
    }

    // R47: nobody could run an evaluation again whose dataset is committed nowhere.
    [Fact]
    public async Task In_continuous_integration_an_uncommitted_dataset_is_refused()
    {
        await Init();
        await Git("init", "-q");
        var untracked = await Eval(new Dictionary<string, string> { ["CI"] = "true" }, "--json");
        await Git("add", "-A");
        await Git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "all");
        var committed = await Eval(new Dictionary<string, string> { ["CI"] = "true" }, "--json");
        await File.AppendAllTextAsync(At("policies/release.yaml"), "\n", Ct);

        var marked = await Eval("--base", "HEAD", "--json");

        Assert.Contains("dataset-uncommitted", untracked.Out, StringComparison.Ordinal);
        Assert.Equal(2, committed.Exit);
        Assert.Contains("policies/release.yaml", Assert.Single(Json.Read<EvalReport>(marked.Out).Marks!).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_serving_suite_measures_the_process_under_load()
    {
        await Init();
        await File.WriteAllTextAsync(At(Suite), "kind: serving\ndataset: datasets/guest-agent.jsonl\nload: { concurrency: [1, 4], requests: 10, warmup: 2 }\npolicy: policies/release.yaml\n", Ct);
        await Policy("gates:\n- { metric: load_ms, max: 600000, method: point }\n- { metric: memory_mb, max: 100000, method: point }\n- { metric: batch_equal, min: 1, method: point }\n- { metric: latency_p95_ms, segment: c4, max: 600000, method: point }\n");

        var run = await Eval("--json");
        var recorded = await Eval("--record", "answers.jsonl", "--json");

        var report = Json.Read<EvalReport>(run.Out);
        Assert.Equal((0, 21, 6), (run.Exit, report.Cases.Count, report.Dataset.Cases));
        Assert.All(report.Gates, gate => Assert.True(gate is { Verdict: Verdict.Pass, Candidate: > 0 }));
        Assert.Contains("bad-usage", recorded.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_model_says_cannot_command_a_terminal_or_a_build_server()
    {
        await Init();
        await File.WriteAllTextAsync(At("datasets/guest-agent.jsonl"),
            """{"id": "evil", "vars": {"guest_request": "\u001b[2J\n::set-output name=x::y"}, "expected": {"facts": ["nothing of the kind"]}}""" + "\n", Ct);

        var run = await Eval("--model", "embedded/echo", "--github");

        Assert.DoesNotContain('\u001b', run.Out);
        Assert.DoesNotContain("\n::set-output", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_request_and_the_index_are_those_of_the_server()
    {
        var app = new AppFolder(Checkout.Sample);
        var file = app.App().Value!;
        var text = app.Text(file.Prompt);
        var local = LocalBundle.Of(app, file, file.Prompt, text, file.PromptName, null, new PolicyPin("release", "0")).Value!;
        var @case = Dataset.Parse(app.Text("datasets/guest-golden.jsonl"), "golden.jsonl").Value!.Cases[0];

        var prepared = local.Prepare(@case).Value!;

        var served = ServedBundle.Read(new ResolvedBundle(local.Id, local.Manifest, text)).Value!;
        var chat = ChatRequest.Read(new JsonObject { ["model"] = file.Route, ["prompt_variables"] = new JsonObject { ["guest_request"] = @case.Vars["guest_request"] } }).Value!;
        var composed = Composition.Compose(served, chat, [.. prepared.Given.Select(passage => new ContextPassage(passage.Document, passage.Text))], tools: true).Value!;
        Assert.Equal(composed.ToJsonString(), prepared.Request.ToJsonString());
        var corpus = Corpus.Of("handbook", new PutCorpus(file.App, app.Documents(file.Indexes[0]))).Value!;
        var version = IndexVersion.Of(file.App, "handbook", Chunker.Parse(file.Indexes[0].Chunker).Value!, Embedders.BuiltIn.Named(LexicalEmbedder.Name).Value!, corpus.Sha256, corpus.Documents.Count, default);
        Assert.Equal(version.Id, local.Manifest.Retrieval?.IndexVersion);
        Assert.Equal(Composition.Question(served, chat), ModelRequest.Question(served.Prompt, @case.Vars));
    }

    private async Task Init() => Assert.Equal(0, (await Command.Run(folder, "init", ".")).Exit);

    private Task Policy(string text) => File.WriteAllTextAsync(At("policies/release.yaml"), text, Ct);

    private string At(string file) => Path.Combine(folder, file);

    private async Task<EvalReport> Report(string file) => Json.Read<EvalReport>(await File.ReadAllTextAsync(At(file), Ct));

    private async Task<string> Timeless(string file)
    {
        var report = JsonNode.Parse(await File.ReadAllTextAsync(At(file), Ct))!.AsObject();
        report.Remove("startedAt");
        report.Remove("durationMs");
        return report.ToJsonString();
    }

    private Task<Command> Eval(params string[] arguments) => Eval(new Dictionary<string, string>(), arguments);

    /// <summary>Without any stack, whatever else runs on this machine, and not as a build server's job unless that is asked for.</summary>
    private Task<Command> Eval(Dictionary<string, string> environment, params string[] arguments) => Command.Run(
        folder, new Dictionary<string, string> { ["LLMOPS_ENDPOINTS"] = At("none.json"), ["LLMOPS_URL"] = "", ["CI"] = "", ["OPENAI_API_KEY"] = "" }.Concat(environment)
            .GroupBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => pair.Last().Value), ["eval", Suite, .. arguments]);

    private async Task Git(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = folder })!;
        await git.WaitForExitAsync(Ct);
        Assert.Equal(0, git.ExitCode);
    }
}
