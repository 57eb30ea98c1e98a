using System.Reflection;
using LlmOps.Xunit;
using Xunit.Sdk;

namespace LlmOps.Tests.Xunit;

/// <summary>A suite inside a test, on an application of four cases that echoes its question.</summary>
public sealed class EvalSuiteTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmops-xunit-").FullName;

    public EvalSuiteTests()
    {
        Write("llmops.yaml", "app: echo\nprompt: prompts/echo.yaml\nsuite: suites/echo.yaml\npolicy: policies/release.yaml\n");
        Write("prompts/echo.yaml", "version: 1.0.0\nmodel: embedded/echo\nsystem_prompt: Repeat.\nuser_prompt_template: \"{{question}}\"\ninputs:\n  question: { type: string, required: true }\n");
        Write("suites/echo.yaml", "dataset: datasets/echo.jsonl\nprompt: prompts/echo.yaml\nscorers:\n- { name: accuracy, type: contains }\npolicy: policies/release.yaml\n");
        Write("datasets/echo.jsonl", """
            {"id": "tea-1", "vars": {"question": "Tea at 16:00"}, "expected": "16:00", "segment": "facility", "tags": ["short", "time"]}
            {"id": "tea-2", "vars": {"question": "Tea at 17:00"}, "expected": "16:00", "segment": "facility"}
            {"id": "dog", "vars": {"question": "A dog costs 15 euros"}, "expected": "15 euros"}
            {"id": "lost", "vars": {"other": "Nobody asks this"}, "expected": "16:00"}

            """);
        Gates("{ metric: accuracy, min: 0.9, method: point }");
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Each_case_is_a_test_named_by_its_id_and_segment_with_its_tags_as_traits()
    {
        var rows = await Rows();

        Assert.Equal(["tea-1, facility", "tea-2, facility", "dog", "lost"], rows.Select(row => row.Label));
        Assert.Equal(["facility"], rows[0].Traits!["segment"]);
        Assert.Equal(["short", "time"], rows[0].Traits!["tag"].Order());
        Assert.Empty(rows[2].Traits!);
    }

    [Fact]
    public async Task Discovering_tests_reads_the_cases_and_nothing_else()
    {
        Write("prompts/echo.yaml", "nothing: a model could be asked with\n");

        var cases = await Cases();

        Assert.Equal(["tea-1", "tea-2", "dog", "lost"], cases.Select(@case => @case.Id));
        Assert.Contains("prompts/echo.yaml", Assert.Throws<FailException>(cases[0].ShouldPass).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_suite_runs_once_for_all_tests_and_the_settings_they_share()
    {
        var cases = await Cases();
        var first = await EvalSuite.Run(Suite, new(), Ct);
        File.Delete(Path.Combine(folder, "prompts/echo.yaml"));

        cases[0].ShouldPass();
        cases[2].ShouldPass();

        Assert.Same(first, await EvalSuite.Run(Suite, new EvalSettings(), Ct));
        await Assert.ThrowsAsync<FailException>(() => EvalSuite.Run(Suite, new() { Seed = 1 }, Ct));
    }

    [Fact]
    public async Task A_wrong_answer_fails_its_test_with_input_output_and_the_reason_of_each_score()
    {
        var cases = await Cases();

        var message = Assert.Throws<FailException>(cases[1].ShouldPass).Message;

        Assert.StartsWith("tea-2 did not pass.\ninput: Tea at 17:00\noutput: Tea at 17:00\n- accuracy 0: ", message, StringComparison.Ordinal);
        Assert.EndsWith((await Report()).Cases[1].Reasons!["accuracy"], message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_errored_case_fails_its_test_with_the_error()
    {
        var cases = await Cases();

        var message = Assert.Throws<FailException>(cases[3].ShouldPass).Message;

        Assert.StartsWith("lost was not answered: ", message, StringComparison.Ordinal);
        Assert.Contains("question", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_runner_restores_is_the_same_case()
    {
        var @case = (await Cases())[1];
        var stored = SerializationHelper.Instance.Serialize(@case);

        var restored = SerializationHelper.Instance.Deserialize<EvalCaseResult>(stored)!;

        Assert.Equal((@case.Id, @case.Input), (restored.Id, restored.Input));
        Assert.Equal(Assert.Throws<FailException>(@case.ShouldPass).Message, Assert.Throws<FailException>(restored.ShouldPass).Message);
    }

    [Fact]
    public async Task A_failed_gate_fails_the_report_with_its_sentence()
    {
        var report = await Report();

        var message = Assert.Throws<FailException>(() => report.ShouldPass(allowInconclusive: true)).Message;

        Assert.StartsWith($"fail: {report.Bundle} on echo, 4 cases, against nothing.\n- fail: accuracy: {report.Gates[0].Reason}", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_gate_fails_the_report_unless_that_is_allowed()
    {
        Gates("{ metric: accuracy, max_drop: 0.02 }");
        var alone = await Report();
        Write("baseline.json", Json.Write(alone));
        var compared = await EvalSuite.Run(Suite, new() { Baseline = Path.Combine(folder, "baseline.json") }, Ct);

        var (lonely, open) = (Assert.Throws<FailException>(() => alone.ShouldPass()).Message, Assert.Throws<FailException>(() => compared.ShouldPass()).Message);

        Assert.EndsWith("or production.", lonely, StringComparison.Ordinal);
        Assert.Contains("more cases", open, StringComparison.Ordinal); // the cheapest next step
        compared.ShouldPass(allowInconclusive: true);
    }

    [Fact]
    public async Task The_numbers_are_those_of_the_command()
    {
        var report = await EvalSuite.Run(Suite, new() { Seed = 7 }, Ct);

        var command = Json.Read<EvalReport>((await Command.Run(folder, new Dictionary<string, string> { ["CI"] = "" }, "eval", "suites/echo.yaml", "--seed", "7", "--json")).Out);

        Assert.Equal(Json.Write(Timeless(command)), Json.Write(Timeless(report)));
    }

    [Theory]
    [InlineData("suites/none.yaml", "[missing-file]")]
    [InlineData("suites/broken.yaml", "suites/broken.yaml")]
    [InlineData("suites/alien.yaml", "suites/alien.yaml:1: byte 2")]
    public async Task A_suite_that_cannot_be_read_fails_with_the_sentence_that_says_why(string suite, string why)
    {
        Write("suites/broken.yaml", "dataset: datasets/echo.jsonl\n");
        await File.WriteAllBytesAsync(Path.Combine(folder, "suites/alien.yaml"), [0x64, 0xff, 0xfe], Ct);

        var discovered = await Assert.ThrowsAsync<FailException>(() => Rows(suite));
        var run = await Assert.ThrowsAsync<FailException>(() => EvalSuite.Run(Path.Combine(folder, suite), new(), Ct));

        Assert.Contains(why, discovered.Message, StringComparison.Ordinal);
        Assert.Equal(discovered.Message, run.Message);
    }

    [Theory]
    [EvalSuite("Samples/HotelGuestAgent/suites/guest-production.yaml")]
    public void The_runner_itself_makes_a_test_of_each_case_of_the_sample(EvalCaseResult @case) =>
        Assert.All(@case.Results, result => Assert.Null(result.Error));

    private string Suite => Path.Combine(folder, "suites/echo.yaml");

    private Task<EvalReport> Report() => EvalSuite.Run(Suite, new(), Ct);

    private async Task<List<ITheoryDataRow>> Rows(string suite = "suites/echo.yaml") =>
        [.. await new EvalSuiteAttribute(Path.Combine(folder, suite)).GetData((MethodInfo)MethodBase.GetCurrentMethod()!, new DisposalTracker())];

    private async Task<List<EvalCaseResult>> Cases() => [.. (await Rows()).Select(row => (EvalCaseResult)row.GetData()[0]!)];

    private void Gates(string gate) => Write("policies/release.yaml", $"gates:\n- {gate}\n");

    private void Write(string file, string text)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Two runs differ in nothing but the times.</summary>
    private static EvalReport Timeless(EvalReport report) => report with
    {
        StartedAt = default, DurationMs = 0, Latency = new(null, null, null, null, 0), Cases = [.. report.Cases.Select(result => result with { LatencyMs = null, TtftMs = null })],
    };
}
