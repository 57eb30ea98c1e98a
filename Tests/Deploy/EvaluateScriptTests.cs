using System.Diagnostics;
using System.Text.Json;

namespace LlmOps.Tests.Deploy;

/// <summary>The script that every build server runs, in a repository as a team has it: an application on main, and a change on a branch.</summary>
public sealed class EvaluateScriptTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmops-ci-").FullName;

    private string App => Path.Combine(folder, "app");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_change_that_lowers_its_own_bar_is_judged_by_the_branchs_and_marked()
    {
        await Repository();
        await Edit("policies/release.yaml", text => text.Replace("max_drop: 0.02", "max_drop: 0.9", StringComparison.Ordinal));
        await Edit("datasets/guest-agent.jsonl", text => text.TrimEnd('\n').Split('\n')[0] + "\n");
        await Git("commit", "-qam", "Lower the bar");

        await Script();

        var report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "out", "report.json"), Ct)).RootElement;
        Assert.Equal(["policy-edited", "dataset-edited"], report.GetProperty("marks").EnumerateArray().Select(mark => mark.GetProperty("code").GetString()));
        Assert.Equal(2, report.GetProperty("gates").EnumerateArray().Single(gate => gate.GetProperty("metric").GetString() == "accuracy" && gate.TryGetProperty("baseline", out _)).GetProperty("margin").GetDouble(), 6);
        var comment = await File.ReadAllTextAsync(Path.Combine(folder, "out", "comment.md"), Ct);
        Assert.Contains("This change edits its own policy", comment, StringComparison.Ordinal);
        Assert.StartsWith("<!-- gate:guest-agent -->", comment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_branchs_prompt_is_the_baseline_and_the_reports_are_left_behind()
    {
        await Repository();
        await Edit("prompts/guest-agent.yaml", text => text.Replace("version: 1.0.0", "version: 1.0.1", StringComparison.Ordinal));
        await Git("commit", "-qam", "Raise the version");

        var exit = await Script();

        Assert.Equal(0, exit);
        var report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "out", "report.json"), Ct)).RootElement;
        Assert.StartsWith("b_", report.GetProperty("baseline").GetProperty("bundle").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(report.GetProperty("bundle").GetString(), report.GetProperty("baseline").GetProperty("bundle").GetString());
        Assert.Empty(report.GetProperty("marks").EnumerateArray());
        Assert.True(File.Exists(Path.Combine(folder, "out", "junit.xml")));
        Assert.True(File.Exists(Path.Combine(folder, "out", "findings.sarif")));
    }

    [Fact]
    public async Task An_evaluation_that_cannot_start_leaves_a_comment_that_says_so()
    {
        await Repository();
        await Edit("suites/guest-agent.yaml", _ => "dataset: [");
        await Git("commit", "-qam", "Break the suite");

        var exit = await Script();

        Assert.Equal(1, exit);
        Assert.Contains("## No report", await File.ReadAllTextAsync(Path.Combine(folder, "out", "comment.md"), Ct), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "out", "report.json")));
    }

    [Fact]
    public async Task A_recording_that_the_branch_does_not_have_ends_the_evaluation_before_a_model_is_asked()
    {
        await Repository();

        var exit = await Script(("LLMOPS_REPLAY", "recordings/none.jsonl"));

        Assert.NotEqual(0, exit);
        Assert.False(File.Exists(Path.Combine(folder, "out", "report.json")));
    }

    [Fact]
    public async Task A_recording_of_the_branch_answers_without_a_model()
    {
        await Repository();
        Directory.CreateDirectory(Path.Combine(App, "recordings"));
        await Command.Run(App, "eval", "suites/guest-agent.yaml", "--record", "recordings/answers.jsonl");
        await Git("add", ".");
        await Git("commit", "-qm", "Record");
        await Git("branch", "-f", "main", "HEAD");
        File.Delete(Path.Combine(App, "recordings", "answers.jsonl")); // the change's own copy does not matter

        await Script(("LLMOPS_REPLAY", "recordings/answers.jsonl"));

        var cases = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "out", "report.json"), Ct)).RootElement.GetProperty("cases").EnumerateArray().ToList();
        Assert.All(cases, answered => Assert.Contains("recorded", answered.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString())));
    }

    private async Task Repository()
    {
        await Command.Run(folder, "init", "app");
        await File.WriteAllTextAsync(Path.Combine(App, ".gitignore"), ".llmops/\n", Ct);
        await Edit("policies/release.yaml", text => string.Join('\n', text.Split('\n').Where(line => !line.Contains("metric: latency", StringComparison.Ordinal)))); // the machine's, not the change's
        foreach (var arguments in (string[][])[["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "Begin"], ["checkout", "-qb", "change"]])
            await Git(arguments);
    }

    private async Task Edit(string file, Func<string, string> change)
    {
        var path = Path.Combine(App, file);
        var before = await File.ReadAllTextAsync(path, Ct);
        var after = change(before);
        Assert.NotEqual(before, after);
        await File.WriteAllTextAsync(path, after, Ct);
    }

    private async Task<int> Script(params (string Name, string Value)[] more)
    {
        var command = Path.Combine(folder, "llmops");
        await File.WriteAllTextAsync(command, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "llmops.dll")}' \"$@\"\n", Ct);
        Assert.Equal(0, await Run("chmod", ["+x", command], []));
        var settings = new Dictionary<string, string>
        {
            ["LLMOPS"] = command, ["LLMOPS_SUITE"] = "suites/guest-agent.yaml", ["LLMOPS_PROMPT"] = "prompts/guest-agent.yaml", ["LLMOPS_BASE"] = "main",
            ["LLMOPS_OUT"] = Path.Combine(folder, "out"), ["LLMOPS_ENDPOINTS"] = Path.Combine(folder, "none.json"), ["GITHUB_ACTIONS"] = "",
        };
        foreach (var (name, value) in more)
            settings[name] = value;
        return await Run(Path.Combine(Checkout.Root, "Deploy", "ci", "evaluate.sh"), [], settings);
    }

    private async Task Git(params string[] arguments) =>
        Assert.Equal(0, await Run("git", ["-c", "user.name=Eva", "-c", "user.email=eva@example.org", "-c", "commit.gpgsign=false", .. arguments], []));

    private async Task<int> Run(string program, IEnumerable<string> arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = App, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Ct), process.StandardError.ReadToEndAsync(Ct));
        await process.WaitForExitAsync(Ct);
        TestContext.Current.TestOutputHelper?.WriteLine($"{program}: {process.ExitCode}\n{await output}\n{await error}");
        return process.ExitCode;
    }
}
