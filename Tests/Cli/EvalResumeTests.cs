using System.Diagnostics;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Cli;

// F59, with the process killed as an operating system does it.
public sealed class EvalResumeTests : IDisposable
{
    private const int Cases = 1500;

    private readonly string folder = Directory.CreateTempSubdirectory("llmops-app-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_stopped_evaluation_says_how_to_go_on()
    {
        await Init();

        var stopped = await StoppedHalfWay("INT");

        Assert.Equal(1, stopped.Exit);
        Assert.Contains("--resume", stopped.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_evaluation_goes_on_where_it_stopped_and_no_case_counts_twice()
    {
        await Init();
        await StoppedHalfWay("KILL");
        Assert.False(File.Exists(At("report.json")));

        var resumed = await Command.Run(folder, "eval", "suites/guest-agent.yaml", "--out", "report.json", "--resume");

        var report = Json.Read<EvalReport>(await File.ReadAllTextAsync(At("report.json"), Ct));
        Assert.Equal(2, resumed.Exit);
        Assert.Equal(Enumerable.Range(1, Cases).Select(i => $"c{i:0000}"), report.Cases.Select(result => result.Id));
        Assert.All(report.Cases, result => Assert.Null(result.Error));
        Assert.True(report.Cost.TotalUsd >= report.Cases.Sum(result => result.CostUsd!.Value));
        Assert.Equal(report.Cases.Any(result => result.Attempts == 2), report.Cost.RetriesUsd > 0);
    }

    private async Task Init()
    {
        await Command.Run(folder, "init", ".");
        await File.WriteAllLinesAsync(At("datasets/guest-agent.jsonl"), Enumerable.Range(1, Cases).Select(i => $$$"""{"id": "c{{{i:0000}}}", "vars": {"guest_request": "Until when is breakfast on day {{{i}}}?"}}"""), Ct);
    }

    /// <summary>Gets the signal as soon as the journal says that some cases are done.</summary>
    private async Task<Command> StoppedHalfWay(string signal)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "llmops.dll"), "eval", "suites/guest-agent.yaml", "--out", "report.json"])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Ct), process.StandardError.ReadToEndAsync(Ct));
        var journal = new FileInfo(At("report.json.journal"));
        while (!process.HasExited && (!journal.Exists || journal.Length < 20_000))
        {
            await Task.Delay(5, Ct);
            journal.Refresh();
        }
        Assert.False(process.HasExited, "the evaluation was over before it could be stopped");
        using (var kill = Process.Start("kill", ["-s", signal, $"{process.Id}"]))
            await kill.WaitForExitAsync(Ct);
        await process.WaitForExitAsync(Ct);
        Assert.InRange(File.ReadLines(journal.FullName).Count(), 2, 2 * Cases);
        return new Command(process.ExitCode, await output, await error);
    }

    private string At(string file) => Path.Combine(folder, file);
}
