using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LlmOps.Tests.AppHost;

/// <summary>The map that runs here and the one that is published.</summary>
public sealed partial class MapTests : IDisposable
{
    private static readonly string[] Processes = ["web", "gateway", "prompts", "indexes", "evals", "evalrunner", "costs", "releases"];

    private readonly string folder = RunningStack.NewFolder();

    [Fact]
    public async Task Every_process_may_ask_whom_it_must_and_no_other()
    {
        var map = await Local();

        Assert.Equal(["costs", "evalrunner", "evals", "gateway", "indexes", "prompts", "releases"], Neighbours(map, "web"));
        Assert.Equal(["costs", "evals", "gateway", "indexes", "prompts"], Neighbours(map, "releases"));
        Assert.Equal(["costs", "evals", "gateway", "indexes", "releases"], Neighbours(map, "evalrunner"));
        Assert.Equal(["costs", "indexes", "releases"], Neighbours(map, "gateway"));
        Assert.All(Processes.Except(["web", "evalrunner"]), process => Assert.Equal([$"{process}-db"], map[process].Where(name => name.EndsWith("-db", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task What_is_published_has_the_same_processes_and_references_as_what_runs_here()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(Path.GetDirectoryName(RunningStack.HostProgram)!, "Aspire.Hosting.dll")), "publishing needs the full package feed (Feed=Full)");
        var local = await Local();
        var file = Path.Combine(folder, "aspire-manifest.json");

        await Run("--operation", "publish", "--publisher", "manifest", "--output-path", file);
        using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));

        var resources = manifest.RootElement.GetProperty("resources");
        Assert.All(Processes, process => Assert.Equal(local[process], References(resources.GetProperty(process), process)));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static IEnumerable<string> Neighbours(Dictionary<string, string[]> map, string process) => map[process].Where(name => Processes.Contains(name));

    /// <summary>Who is named in the environment of a published process: <c>{prompts.bindings.http.url}</c>, <c>{prompts-db.connectionString}</c>.</summary>
    private static IEnumerable<string> References(JsonElement resource, string self) =>
        resource.GetProperty("env").EnumerateObject().SelectMany(variable => Reference().Matches(variable.Value.GetString()!)).Select(match => match.Groups[1].Value)
            .Where(name => name != self).Distinct().Order();

    private async Task<Dictionary<string, string[]>> Local()
    {
        var file = Path.Combine(folder, "map.json");
        await Run("--describe", file);
        return Json.Read<Dictionary<string, string[]>>(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    private async Task Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [RunningStack.HostProgram, .. arguments]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["LLMOPS_DATA"] = Path.Combine(folder, "data");
        start.Environment["LLMOPS_PORTS"] = "auto";
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await output + await errors);
    }

    [GeneratedRegex(@"\{([a-z-]+)\.(?:bindings|connectionString)")]
    private static partial Regex Reference();
}
