namespace LlmOps.Tests.Cli;

public sealed class ScoreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmops-score-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Rows_become_scores_line_by_line()
    {
        Rows("""{"id": "a", "input": "When?", "output": "At nine.", "expected": "nine"}""", "", """{"id": 2, "output": "At ten.", "expected": "nine"}""", """{"id": "c", "output": "At ten."}""");

        var run = await Command.Run(folder, "score", "contains", "--in", "rows.jsonl");

        Assert.Equal(0, run.Exit);
        var scores = run.Out.TrimEnd().Split('\n').Select(Json.Read<System.Text.Json.JsonElement>).ToList();
        Assert.Equal(["a:1:pass", "2:0:fail", "c::unknown"], scores.Select(score => $"{score.GetProperty("id")}:{score.GetProperty("score")}:{score.GetProperty("label")}"));
        Assert.Contains("3 rows scored, 1 of them without a score", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_one_document_the_rows_stand_under_rows()
    {
        Rows("""{"id": "a", "output": "At nine.", "expected": ["ten", "nine"]}""");

        var run = await Command.Run(folder, "score", "contains", "--in", "rows.jsonl", "--json", "--out", "scores.jsonl");

        var answer = Json.Read<System.Text.Json.JsonElement>(run.Out);
        Assert.Equal((1, 1), (answer.GetProperty("rows")[0].GetProperty("score").GetDouble(), answer.GetProperty("mean").GetDouble()));
        Assert.StartsWith("""{"id":"a","score":1,""", await File.ReadAllTextAsync(Path.Combine(folder, "scores.jsonl"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_row_is_named_by_its_line_and_the_others_are_scored()
    {
        Rows("""{"id": "a", "output": "x", "expected": "x"}""", "{\"id\": ", "[1]", """{"output": "x"}""", """{"id": "e"}""", """{"id": "f", "output": "x", "context": 5}""", """{"id": "g", "output": "x", "latencyMs": -1}""", """{"id": "h", "output": "\ud83d"}""");

        var run = await Command.Run(folder, "score", "exact", "--in", "rows.jsonl");

        Assert.Equal(1, run.Exit);
        Assert.Single(run.Out.TrimEnd().Split('\n'));
        Assert.All(["rows.jsonl:2: The row is no JSON", "rows.jsonl:3: The row is no JSON object", "rows.jsonl:4: The row has no id", "rows.jsonl:5: The row has no output", "rows.jsonl:6: context must be", "rows.jsonl:7: latencyMs must be", "rows.jsonl:8: The row holds half"],
            fault => Assert.Contains(fault, run.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_scorer_of_a_suite_is_named_by_file_and_name()
    {
        Rows("""{"id": "a", "output": "Checkout is at 11.", "expected": {"facts": ["11", "noon"]}}""");

        var run = await Command.Run(folder, "score", $"{Checkout.Sample}/suites/guest-agent.yaml#accuracy", "--in", "rows.jsonl");
        var unknown = await Command.Run(folder, "score", $"{Checkout.Sample}/suites/guest-agent.yaml#acuracy", "--in", "rows.jsonl");

        Assert.Contains("\"score\":0.5", run.Out, StringComparison.Ordinal);
        Assert.Equal(1, unknown.Exit);
        Assert.Contains("no-such-scorer", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_classifier_gets_the_figures_that_no_row_has()
    {
        Rows("""{"id": "a", "output": {"label": "spam", "confidence": 0.9}, "expected": "spam"}""", """{"id": "b", "output": {"label": "spam", "confidence": 0.6}, "expected": "ham"}""");

        var run = await Command.Run(folder, "score", "classification", "--in", "rows.jsonl", "--json");

        var figures = Json.Read<System.Text.Json.JsonElement>(run.Out).GetProperty("classification");
        Assert.Equal((0.5, 0.185, 2), (figures.GetProperty("accuracy").GetDouble(), Math.Round(figures.GetProperty("brier").GetDouble(), 9), figures.GetProperty("confusion").GetArrayLength()));
    }

    [Fact]
    public async Task A_model_that_cannot_answer_in_the_form_abstains_as_a_judge()
    {
        Rows("""{"id": "a", "input": "When?", "output": "At nine."}""");

        var run = await Command.Run(folder, "score", "judge:judge=embedded/echo,rubric=tone", "--in", "rows.jsonl");

        Assert.Equal(0, run.Exit);
        Assert.Contains("\"score\":null,\"label\":\"unknown\",\"reason\":\"tone abstains: The judge could not be asked", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("judge:judge=openai/gpt-4o@2024-11-20,rubric=tone", "judge-not-reachable")]
    [InlineData("rogue", "scorer-unknown")]
    [InlineData("rouge:metrics=rouge-l", "unknown-key")]
    [InlineData("exact", "no-rows")]
    public async Task What_cannot_be_scored_is_refused(string scorer, string code)
    {
        Rows();

        var run = await Command.Run(folder, "score", scorer, "--in", "rows.jsonl", "--json");

        Assert.Equal(1, run.Exit);
        Assert.Equal(code, Json.Read<System.Text.Json.JsonElement>(run.Out).GetProperty("error").GetProperty("code").GetString());
    }

    private void Rows(params string[] lines) => File.WriteAllLines(Path.Combine(folder, "rows.jsonl"), lines);
}
