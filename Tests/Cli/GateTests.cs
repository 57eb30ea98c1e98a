using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Cli;

public sealed class GateTests : IDisposable
{
    private const string TwoPoints = "gates: [{ metric: accuracy, max_drop: 0.02 }]";

    private readonly string folder = Directory.CreateTempSubdirectory("llmops-gate-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact] // E22, feature 2(c)
    public async Task The_published_improvement_is_inconclusive_and_asks_for_the_published_cases()
    {
        Write("baseline.json", Report(150, i => i < 135));
        Write("candidate.json", Report(150, i => i is >= 6 and < 144)); // loses 6, gains 9

        var run = await Gate(TwoPoints);

        Assert.Equal(2, run.Exit);
        Assert.Equal("inconclusive", Answer(run).GetProperty("verdict").GetString());
        Assert.Equal(1546 - 150, Answer(run).GetProperty("gates")[0].GetProperty("casesNeeded").GetInt64());
    }

    [Fact] // G6
    public async Task The_price_of_an_extra_point_is_told()
    {
        Write("baseline.json", Report(1000, i => i < 918, 0.0024m));
        Write("candidate.json", Report(1000, i => i < 931, 0.0038m));

        var run = await Gate(TwoPoints);

        Assert.Equal(1.0769, Answer(run).GetProperty("marginalCosts")[0].GetProperty("perPoint").GetDouble(), 4);
    }

    [Theory]
    [InlineData(285, 0, "pass")]
    [InlineData(240, 100, "fail")]
    public async Task The_exit_code_is_the_verdict(int right, int exit, string verdict)
    {
        Write("baseline.json", Report(300, i => i < 285));
        Write("candidate.json", Report(300, i => i < right));

        var run = await Gate(TwoPoints);

        Assert.Equal((exit, verdict), (run.Exit, Answer(run).GetProperty("verdict").GetString()));
    }

    [Fact]
    public async Task Cases_are_paired_by_id_in_any_order()
    {
        var report = Report(300, i => i < 285);
        Write("baseline.json", report);
        Write("candidate.json", report with { Cases = [.. report.Cases.Reverse()] });

        var run = await Gate(TwoPoints);

        Assert.Equal(0, run.Exit);
    }

    [Theory]
    [InlineData("datasets-differ", "/dataset/sha256", "\"0000000000000000\"")]
    [InlineData("sizes-differ", "/dataset/cases", "50")]
    [InlineData("segments-differ", "/cases/0/segment", "\"easy\"")]
    [InlineData("judges-differ", "/judge", "\"openai/other\"")]
    [InlineData("report-too-new", "/schemaVersion", "2")]
    [InlineData("bad-report", "/dataset", null)]
    [InlineData("bad-report", "/cases", null)]
    [InlineData("bad-report", "/cases/0/id", null)]
    [InlineData("bad-report", "/cases/0/scores", null)]
    [InlineData("bad-report", "/cases/0/scores/accuracy", "1.5")]
    [InlineData("bad-report", "/cases/0/scores/accuracy", "\"1\"")]
    [InlineData("bad-report", "/cases/0/latencyMs", "-3")]
    [InlineData("bad-report", "/cases/0/latencyMs", "1e308")]
    [InlineData("bad-report", "/segments/0/scores/accuracy", "0.902")] // G13: 150 cases cannot give 90.2 %
    [InlineData("bad-report", "/verdict", "\"maybe\"")]
    public async Task A_report_that_says_nothing_about_the_change_is_refused(string code, string path, string? value)
    {
        Write("baseline.json", Report(150, i => i < 135));
        Write("candidate.json", Report(150, i => i < 135), path, value);

        var run = await Gate(TwoPoints);

        Assert.Equal((1, code), (run.Exit, Answer(run).GetProperty("error").GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{"schemaVersion": 1, "schemaVersion": 1}""")]
    public async Task A_broken_file_is_refused_by_its_name(string text)
    {
        Write("baseline.json", Report(150, i => i < 135));
        await File.WriteAllTextAsync(Path.Combine(folder, "candidate.json"), text, TestContext.Current.CancellationToken);

        var run = await Gate(TwoPoints);

        Assert.Equal((1, "bad-report"), (run.Exit, Answer(run).GetProperty("error").GetProperty("code").GetString()));
        Assert.Contains("candidate.json", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("BytePositionInLine", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("LlmOps.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_of_an_older_version_is_still_read()
    {
        var older = JsonNode.Parse(Json.Write(Report(300, i => i < 285)))!.AsObject();
        foreach (var absent in new[] { "gates", "segments", "judge", "baseline" })
            older.Remove(absent);
        await File.WriteAllTextAsync(Path.Combine(folder, "baseline.json"), older.ToJsonString(), TestContext.Current.CancellationToken);
        Write("candidate.json", Report(300, i => i < 285));

        var run = await Gate(TwoPoints);

        Assert.Equal(0, run.Exit);
    }

    [Fact]
    public async Task Without_a_policy_it_says_where_one_may_come_from()
    {
        Write("baseline.json", Report(10, _ => true));

        var run = await Command.Run(folder, "gate", "--baseline", "baseline.json", "--candidate", "baseline.json");

        Assert.Equal(1, run.Exit);
        Assert.Contains("--policy", run.Error, StringComparison.Ordinal);
    }

    private async Task<Command> Gate(string policy)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "policy.yaml"), policy, TestContext.Current.CancellationToken);
        return await Command.Run(folder, "gate", "--baseline", "baseline.json", "--candidate", "candidate.json", "--policy", "policy.yaml", "--json");
    }

    private static JsonElement Answer(Command run) => Json.Read<JsonElement>(run.Out);

    /// <summary>The report as a file, with one value replaced or, where it is null, left out.</summary>
    private void Write(string name, EvalReport report, string? path = null, string? value = null)
    {
        var json = JsonNode.Parse(Json.Write(report))!;
        if (path is not null)
        {
            var steps = path[1..].Split('/');
            var parent = steps[..^1].Aggregate(json, (node, step) => node is JsonArray array ? array[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)]! : node[step]!);
            parent.AsObject().Remove(steps[^1]);
            if (value is not null)
                parent[steps[^1]] = JsonNode.Parse(value);
        }
        File.WriteAllText(Path.Combine(folder, name), json.ToJsonString());
    }

    private static EvalReport Report(int n, Func<int, bool> right, decimal cost = 0.001m)
    {
        var dataset = Dataset.Parse(string.Join('\n', Enumerable.Range(0, n).Select(i => $$"""{"id": "c{{i}}", "input": "q"}""")), "golden.jsonl").Value!;
        var cases = Enumerable.Range(0, n).Select(i => new CaseResult($"c{i}", null, "x", new Dictionary<string, double> { ["accuracy"] = right(i) ? 1 : 0 }, right(i), null, 100, cost, [])).ToList();
        return ReportBuilder.Build("b_1", dataset, Policy.Parse("alpha: 0.05", "p.yaml").Value!, cases, null, null, 1, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1));
    }
}
