using System.Text;
using System.Text.Json;

namespace LlmOps.Tests.Evaluation.Judges;

public sealed class JudgeCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmops-judge-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(0, 0)]      // agrees with the human everywhere
    [InlineData(40, 100)]   // the human says the opposite of what the facts say
    [InlineData(12, 2)]     // in between: more rows are needed
    public async Task The_exit_code_is_the_verdict(int wrong, int exit)
    {
        await Rows(80, wrong);

        var run = await Command.Run(folder, "judge", "calibrate", "--judge", "embedded/rubric", "--in", "rows.jsonl", "--json");

        var root = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal(exit, run.Exit);
        Assert.Equal(wrong, root.GetProperty("confusion").GetProperty("falsePass").GetInt32() + root.GetProperty("confusion").GetProperty("falseFail").GetInt32());
        Assert.Equal(1 - wrong / 40.0, root.GetProperty("kappa").GetProperty("value").GetDouble(), 1e-9);
        Assert.Equal(["verbosity", "injection"], root.GetProperty("probes").EnumerateArray().Select(probe => probe.GetProperty("name").GetString()));
        Assert.All(root.GetProperty("probes").EnumerateArray(), probe => Assert.Equal(0, probe.GetProperty("changed").GetInt32()));
        Assert.Equal(0, root.GetProperty("abstained").GetInt32());
    }

    [Fact]
    public async Task An_application_keeps_the_calibration()
    {
        await Rows(80, 0);
        await File.WriteAllTextAsync(Path.Combine(folder, "llmops.yaml"), "app: a\n", TestContext.Current.CancellationToken);

        var run = await Command.Run(folder, "judge", "calibrate", "--judge", "embedded/rubric", "--in", "rows.jsonl");

        var kept = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "calibrations", "embedded-rubric-accuracy.json"), TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal((0, "pass"), (run.Exit, kept.GetProperty("verdict").GetString()));
        Assert.StartsWith("judge_", kept.GetProperty("judgeId").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-file", "--judge", "embedded/rubric", "--in", "none.jsonl")]
    [InlineData("judge-unknown", "--judge", "somebody", "--in", "rows.jsonl")]
    [InlineData("rubric-unknown", "--judge", "embedded/rubric", "--rubric", "beauty", "--in", "rows.jsonl")]
    [InlineData("bad-usage", "--judge", "embedded/rubric", "--in", "rows.jsonl", "--min-kappa", "7")]
    public async Task What_cannot_be_done_is_said(string code, params string[] arguments)
    {
        await Rows(4, 0);

        var run = await Command.Run(folder, ["judge", "calibrate", .. arguments, "--json"]);

        Assert.Equal((1, code), (run.Exit, JsonDocument.Parse(run.Out).RootElement.GetProperty("error").GetProperty("code").GetString()));
    }

    private Task Rows(int n, int wrong)
    {
        var rows = new StringBuilder();
        for (var i = 0; i < n; i++)
        {
            var good = i % 2 == 0;
            rows.Append(JsonSerializer.Serialize(new { id = $"{i}", input = "When does the spa open?", output = good ? "The spa opens at 9." : "It opens at noon.", expected = new { facts = new[] { "9" } }, human = good != i < wrong ? "pass" : "fail" })).Append('\n');
        }
        return File.WriteAllTextAsync(Path.Combine(folder, "rows.jsonl"), rows.ToString(), TestContext.Current.CancellationToken);
    }
}
