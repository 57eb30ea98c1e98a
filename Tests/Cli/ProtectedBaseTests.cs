using System.Diagnostics;
using LlmOps.Cli;

namespace LlmOps.Tests.Cli;

public sealed class ProtectedBaseTests : IDisposable
{
    private const string Suite = "suites/s.yaml";

    private readonly string folder = Directory.CreateTempSubdirectory("llmops-base-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task The_branchs_gates_hold_whatever_the_change_says()
    {
        Begin();
        Write("policies/p.yaml", "gates: [{ metric: accuracy, max_drop: 0.9 }]");
        Write("datasets/d.jsonl", """{"id": "a", "input": "easy"}""");
        Write(Suite, SuiteText("policies/soft.yaml", "tone"));

        var found = (await Read()).Value!;

        Assert.Equal(0.02, found.Policy!.Gates.Single().MaxDrop);
    }

    [Theory]
    [InlineData("policy-edited", "policies/p.yaml", "gates: [{ metric: accuracy, max_drop: 0.9 }]")]
    [InlineData("dataset-edited", "datasets/d.jsonl", "{\"id\": \"a\", \"input\": \"easy\"}\n")]
    [InlineData("dataset-edited", "llmops.lock", "schema_version: 1\n")]
    [InlineData("baseline-edited", "reports/base.json", "{}")]
    [InlineData("judge-edited", "calibrations/embedded-rubric-tone.json", "{}")]
    [InlineData("suite-edited", Suite, "dataset: datasets/d.jsonl\nprompt: prompts/q.yaml\nscorers: [{ type: facts }, { type: judge, rubric: tone }]\npolicy: policies/p.yaml\n")]
    public async Task What_a_change_edits_of_its_own_judging_is_marked(string code, string file, string text)
    {
        Begin();
        Write(file, text);

        var found = await Read("reports/base.json");

        Assert.Contains(code, found.Value!.Marks.Select(mark => mark.Code));
        Assert.Contains(file, found.Value.Marks.First(mark => mark.Code == code).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suite_that_asks_another_judge_edits_suite_and_judge()
    {
        Begin();
        Write(Suite, SuiteText("policies/p.yaml", "safety"));

        var found = await Read();

        Assert.Equal(["judge-edited", "suite-edited"], found.Value!.Marks.Select(mark => mark.Code).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_others_merged_since_is_no_edit_of_this_change()
    {
        Begin();
        Git("checkout", "-qb", "change");
        Write("prompts/q.yaml", "version: 1.0.1");
        Git("commit", "-qam", "Change");
        Git("checkout", "-q", "main");
        Write("policies/p.yaml", "gates: [{ metric: accuracy, max_drop: 0.01 }]");
        Git("commit", "-qam", "Raise the bar");
        Git("checkout", "-q", "change");

        var found = await Read();

        Assert.Empty(found.Value!.Marks);
        Assert.Equal(0.01, found.Value.Policy!.Gates.Single().MaxDrop); // and the newest bar holds
    }

    [Theory]
    [InlineData("no-such-branch")]
    [InlineData("--output=evil")]
    [InlineData("main; touch evil")]
    public async Task An_unknown_reference_is_refused_and_never_an_option_or_a_command(string reference)
    {
        Begin();

        var found = await ProtectedBase.Read(new AppFolder(folder), reference, Suite, null, Ct);

        Assert.Equal("git-failed", found.Refusal?.Code);
        Assert.False(File.Exists(At("evil")));
    }

    [Fact]
    public async Task A_branch_without_a_policy_leaves_the_changes_own()
    {
        Begin();
        Git("rm", "-q", "policies/p.yaml");
        Git("commit", "-qm", "Drop the policy");

        Assert.Null((await Read()).Value!.Policy);
    }

    private Task<Result<ProtectedBase>> Read(string? baseline = null) => ProtectedBase.Read(new AppFolder(folder), "main", Suite, baseline, Ct);

    private void Begin()
    {
        Write("llmops.yaml", "app: a\nprompt: prompts/q.yaml\nsuite: suites/s.yaml\npolicy: policies/p.yaml\n");
        Write("prompts/q.yaml", "version: 1.0.0");
        Write("policies/p.yaml", "gates: [{ metric: accuracy, max_drop: 0.02 }]");
        Write("datasets/d.jsonl", """{"id": "a", "input": "hard"}""");
        Write("llmops.lock", "schema_version: 1\ndatasets: []\n");
        Write("reports/base.json", "{\"schemaVersion\": 1}");
        Write("calibrations/embedded-rubric-tone.json", "[]");
        Write(Suite, SuiteText("policies/p.yaml", "tone"));
        Git("init", "-q", "-b", "main");
        Git("add", ".");
        Git("commit", "-qm", "Begin");
    }

    private static string SuiteText(string policy, string rubric) =>
        $"dataset: datasets/d.jsonl\nprompt: prompts/q.yaml\nscorers: [{{ type: judge, rubric: {rubric} }}]\npolicy: {policy}\n";

    private string At(string file) => Path.Combine(folder, file);

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
        File.WriteAllText(At(file), text);
    }

    private void Git(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("git", ["-c", "user.name=Eva", "-c", "user.email=eva@example.org", "-c", "commit.gpgsign=false", .. arguments]) { WorkingDirectory = folder })!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
