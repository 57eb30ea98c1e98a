using System.Text.Json;

namespace LlmOps.Tests.Cli;

public sealed class DataCheckTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmops-data-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Sound_rows_pass()
    {
        await Write("rows.jsonl", Rows(100));

        var run = await Command.Run(folder, "data", "check", "rows.jsonl", "--json");

        Assert.Equal(0, run.Exit);
        var report = Json.Read<JsonElement>(run.Out);
        Assert.Equal("pass", report.GetProperty("verdict").GetString());
        Assert.True(report.GetProperty("isValid").GetBoolean());
        Assert.Equal(100, report.GetProperty("totalSamples").GetInt32());
        Assert.Equal(0.5, report.GetProperty("labelDistribution").GetProperty("negative").GetDouble());
    }

    [Fact]
    public async Task A_broken_row_fails_and_is_named_with_line_field_and_rule()
    {
        await Write("rows.jsonl", Rows(30) + """{"text": "no label here", "source": "mail", "timestamp": "2026-01-01T00:00:00Z"}""" + "\n");

        var run = await Command.Run(folder, "data", "check", "rows.jsonl", "--json");

        Assert.Equal(100, run.Exit);
        var violation = Json.Read<JsonElement>(run.Out).GetProperty("schemaViolations").EnumerateArray().Single();
        Assert.Equal((31, "label", "missing-field"), (violation.GetProperty("line").GetInt32(), violation.GetProperty("field").GetString(), violation.GetProperty("rule").GetString()));
    }

    [Fact]
    public async Task Labels_that_drifted_fail_and_the_same_rows_in_another_order_pass()
    {
        await Write("before.jsonl", Rows(400));
        await Write("now.jsonl", Rows(400, negative: i => i % 5 == 0));
        await Write("again.jsonl", string.Join('\n', Rows(400).Split('\n').Reverse()));

        var (drifted, same) = (await Command.Run(folder, "data", "check", "now.jsonl", "--reference", "before.jsonl"), await Command.Run(folder, "data", "check", "again.jsonl", "--reference", "before.jsonl"));

        Assert.Equal((100, 0), (drifted.Exit, same.Exit));
        Assert.Contains("drift in label", drifted.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_largest_numbers_that_there_are_make_a_document()
    {
        await Write("rows.jsonl", string.Join('\n', Enumerable.Range(0, 40).Select(i => $$"""{"id": "r{{i}}", "amount": {{(i % 2 == 0 ? "-" : "")}}1.7e308}""")));

        var run = await Command.Run(folder, "data", "check", "rows.jsonl", "--json");

        var amount = Json.Read<JsonElement>(run.Out).GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("field").GetString() == "amount");
        Assert.Equal(0, amount.GetProperty("numbers").GetProperty("p50").GetDouble());
    }

    [Fact]
    public async Task Eight_rows_against_a_reference_decide_nothing()
    {
        await Write("before.jsonl", Rows(400));
        await Write("now.jsonl", Rows(8, negative: _ => true));

        var run = await Command.Run(folder, "data", "check", "now.jsonl", "--reference", "before.jsonl");

        Assert.Equal(2, run.Exit);
    }

    [Theory]
    [InlineData("rows.jsonl", "no-such-file")]
    [InlineData("rows.parquet", "unknown-format")]
    public async Task A_file_that_cannot_be_read_is_no_verdict(string file, string code)
    {
        await Write("rows.parquet", "PAR1");

        var run = await Command.Run(folder, "data", "check", file, "--json");

        Assert.Equal(1, run.Exit);
        Assert.Equal(code, Json.Read<JsonElement>(run.Out).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task An_empty_file_fails_with_its_reason()
    {
        await Write("rows.jsonl", "\n\n");

        var run = await Command.Run(folder, "data", "check", "rows.jsonl");

        Assert.Equal(100, run.Exit);
        Assert.Contains("no rows", run.Out, StringComparison.Ordinal);
    }

    private static string Rows(int count, Func<int, bool>? negative = null) => string.Concat(Enumerable.Range(0, count).Select(i => Json.Write(new
    {
        text = $"guest number {i} asks about room {i % 17}", label = (negative ?? (row => row % 2 == 0))(i) ? "negative" : "positive", source = "mail", timestamp = "2026-01-01T00:00:00Z",
    }) + "\n"));

    private Task Write(string name, string text) => File.WriteAllTextAsync(Path.Combine(folder, name), text, TestContext.Current.CancellationToken);
}
