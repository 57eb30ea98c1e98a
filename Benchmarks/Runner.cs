using System.Diagnostics;
using System.Globalization;
using LlmOps.Evaluation;
using LlmOps.Inference;
using LlmOps.Pricing;
using LlmOps.Prompting;

namespace LlmOps.Benchmarks;

/// <summary>A suite of many cases against a model that answers within microseconds: what is left is the runner, the scorers, the journal and the report.</summary>
internal static class Runner
{
    private const string Prompt = "version: 1.0.0\nmodel: embedded/echo\nsystem_prompt: You answer guests.\nuser_prompt_template: \"The guest writes: {question}\"\n";

    private const string Policy = "gates:\n- { metric: accuracy, max_drop: 0.02 }\n- { metric: error_rate, max_increase: 0.02 }\n- { metric: accuracy, max_drop: 0.05, segment: each }\n";

    internal static async Task Run(int cases, TextWriter output, CancellationToken ct)
    {
        await output.WriteLineAsync($"| {cases:#,0} cases of embedded/echo | s | ms a case | the model alone, ms a case | peak MiB |\n|---|---:|---:|---:|---:|");
        foreach (var journalled in (bool[])[false, true])
        {
            var seconds = await Once(cases, journalled, ct);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"| {(journalled ? "with a journal" : "without a journal")} | {seconds.All:0.00} | {seconds.All / cases * 1000:0.000} | {seconds.Model / cases * 1000:0.000} | {Process.GetCurrentProcess().PeakWorkingSet64 / 1024 / 1024} |"));
        }
    }

    private static async Task<(double All, double Model)> Once(int cases, bool journalled, CancellationToken ct)
    {
        var clock = TimeProvider.System;
        var dataset = Dataset.Parse(string.Join('\n', Enumerable.Range(1, cases).Select(i =>
            $$"""{"id": "c{{i}}", "vars": {"question": "Until when is breakfast served on day {{i}}, and where?"}, "expected": {"facts": ["breakfast", "day {{i}}"]}, "segment": "s{{i % 5}}"}""")), "bench.jsonl").Value!;
        var prompt = PromptFile.Parse(Prompt, "bench.yaml").Value!;
        var pin = ModelPin.Parse(prompt.Model).Value!;
        var policy = Evaluation.Policy.Parse(Policy, "policy.yaml").Value!;
        Scorer[] scorers = [Scorer.Create(new SuiteScorer("accuracy", "facts")).Value!, Scorer.Create(new SuiteScorer("length", "length", Max: 60)).Value!];
        var run = new SuiteRun(dataset, scorers, 1, pin, @case => new PreparedCase(ModelRequest.Of(prompt, "bench", pin, Rendering.Render(prompt, @case.Vars, []).Value!), []));
        var path = Path.Combine(Path.GetTempPath(), $"llmops-bench-{Environment.ProcessId}.jsonl");
        using var journal = journalled ? RunJournal.Open(path, "bench", resume: false).Value : null;

        var began = clock.GetTimestamp();
        using var runner = SuiteRunner.Create(run, model => Result.Of(EmbeddedModels.Find(model.Id, clock)!), PriceBook.BuiltIn, new RunLimits(8, 0, RetryRules.For(cases, null)), clock, journal).Value!;
        var results = await runner.Run(null, ct);
        var baseline = ReportBuilder.Build("b_1", dataset, policy with { Gates = [] }, results, null, null, 0, clock.GetUtcNow(), TimeSpan.Zero);
        ReportBuilder.Build("b_2", dataset, policy, results, baseline, null, 0, clock.GetUtcNow(), TimeSpan.Zero);
        var all = clock.GetElapsedTime(began).TotalSeconds;
        journal?.Delete();

        var echo = EmbeddedModels.Find(pin.Id, clock)!;
        began = clock.GetTimestamp();
        foreach (var @case in dataset.Cases)
        {
            await foreach (var _ in echo.Stream(run.Prepare(@case).Value!.Request, ct))
            {
            }
        }
        return (all, clock.GetElapsedTime(began).TotalSeconds);
    }
}
