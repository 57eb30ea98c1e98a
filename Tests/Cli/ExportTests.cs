using System.Text.Json;

namespace LlmOps.Tests.Cli;

public sealed class ExportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmops-export-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<Command> Export(string noun, string file, string text, params string[] more)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, file), text, TestContext.Current.CancellationToken);
        return await Command.Run(folder, [noun, "export", file, .. more]);
    }

    // F71: what a spreadsheet would run begins with an apostrophe; a negative number is a number.
    [Fact]
    public async Task Cells_that_a_spreadsheet_would_run_are_defused()
    {
        const string rows = """
            {"id": "a", "vars": {"q": "=cmd()"}, "n": -1, "t": "\tx"}
            {"id": "b", "vars": {"q": "a,\"b\"\nc"}, "more": ["+1"], "t": "@x"}
            {"id": "-1", "vars": {"q": "+49 40"}, "n": null, "t": "\rx"}
            """;

        var run = await Export("data", "d.jsonl", rows);

        Assert.Equal(0, run.Exit);
        Assert.Equal("id,vars.q,n,t,more\r\na,'=cmd(),-1,'\tx,\r\nb,\"a,\"\"b\"\"\nc\",,'@x,\"[\"\"+1\"\"]\"\r\n'-1,'+49 40,,\"'\rx\",\r\n", run.Out);
    }

    [Fact]
    public async Task A_reports_cases_are_exported_with_their_scores()
    {
        const string report = """{"schemaVersion": 1, "cases": [{"id": "a", "output": "=1", "scores": {"accuracy": 0.5}, "passed": false}]}""";

        var csv = await Export("report", "r.json", report, "--format", "csv");
        var jsonl = await Export("report", "r.json", report, "--format", "jsonl");

        Assert.Equal("id,output,scores.accuracy,passed\r\na,'=1,0.5,false\r\n", csv.Out);
        Assert.Equal("=1", JsonDocument.Parse(jsonl.Out).RootElement.GetProperty("output").GetString());
    }

    [Theory]
    [InlineData("out.jsonl", "{\"id\":\"a\"}\n")]
    [InlineData("out.csv", "id\r\na\r\n")]
    public async Task The_ending_of_the_file_says_how_it_is_written(string to, string text)
    {
        await Export("data", "d.jsonl", """{"id": "a"}""", "--out", Path.Combine(folder, to));

        Assert.Equal(text, await File.ReadAllTextAsync(Path.Combine(folder, to), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("data", "{\"id\": 1}\n{", "f:2: ")]
    [InlineData("report", "{}", "no evaluation report")]
    [InlineData("report", "{", "no JSON")]
    public async Task What_is_no_such_file_is_refused(string noun, string text, string message)
    {
        var run = await Export(noun, "f", text);

        Assert.Equal((1, ""), (run.Exit, run.Out));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }
}
