using System.Text.Json;

namespace LlmOps.Tests.Journeys;

/// <summary>The console in a real browser, with an application of its own on the shared stack. What the people do and see there is told in <c>Console/walk.mjs</c>.</summary>
[Collection(nameof(RunningStack))]
public sealed class ConsoleTests(RunningStack stack) : IDisposable
{
    private const string App = "console-walk";

    private static readonly string[] Browsers = ["chromium", "chromium-browser", "google-chrome"];

    private readonly string folder = Directory.CreateTempSubdirectory("llmops-console-").FullName;

    private sealed record Check(string What, bool Ok, string Detail);

    [Fact]
    public async Task People_release_a_first_version_and_review_the_next_in_a_browser()
    {
        Node.Needs("playwright-core", "axe-core");
        var browser = Node.OnPath(Browsers);
        Assert.SkipWhen(browser is null, $"There is no browser on the path ({string.Join(", ", Browsers)}). Install Chromium.");

        await Run("init", App, "--template", "guest-agent");
        var (first, _) = await Evaluated();
        await Walk(browser!, "release", Id(await Run("release", "open", first, "--reason", "the first version")));

        await Edit("prompts/guest-agent.yaml", ("version: 1.0.0", "version: 1.1.0"), ("at most three sentences", "at most two sentences"));
        var (second, run) = await Evaluated();
        await Walk(browser!, "review", Id(await Run("proposal", "open", "guest-agent@1.1.0", "--app", App, "--bundle", second, "--run", run, "--title", $"{App} answers shorter")));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task Walk(string browser, string chapter, string id)
    {
        var node = await Node.Run("Console/walk.mjs", new Dictionary<string, string>
        {
            ["LLMOPS_BROWSER"] = browser, ["LLMOPS_CONSOLE"] = stack.Endpoints.Addresses["web"], ["LLMOPS_APP"] = App,
        }, chapter, id);

        var checks = node.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Json.Read<Check>).ToArray();
        foreach (var check in checks)
            TestContext.Current.TestOutputHelper?.WriteLine(check.What);
        Assert.All(checks, check => Assert.True(check.Ok, $"{check.What}: it is not so. {check.Detail}"));
        Assert.True(node.Exit == 0, node.Error);
        Assert.Equal($"the walk \"{chapter}\" came to its end", checks[^1].What);
    }

    /// <summary>The pushed folder as a bundle, and its evaluation, whatever that says: six cases decide nothing.</summary>
    private async Task<(string Bundle, string Run)> Evaluated()
    {
        await Run("push", App);
        var bundle = Id(await Run("bundle", "create", "guest-agent", "--app", App));
        return (bundle, Id(await Run("bundle", "evaluate", bundle)));
    }

    private async Task Edit(string file, params (string From, string To)[] edits)
    {
        var path = Path.Combine(folder, App, file);
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.All(edits, edit => Assert.Contains(edit.From, text, StringComparison.Ordinal));
        await File.WriteAllTextAsync(path, edits.Aggregate(text, (so, edit) => so.Replace(edit.From, edit.To, StringComparison.Ordinal)), TestContext.Current.CancellationToken);
    }

    /// <summary>What the command answered; 2 and 100 say how an evaluation ended, 1 that it could not be done.</summary>
    private async Task<JsonElement> Run(params string[] arguments)
    {
        var run = await Command.Run(folder, new Dictionary<string, string> { ["LLMOPS_ENDPOINTS"] = stack.EndpointsFile }, [.. arguments, "--json"]);
        Assert.True(run.Exit != 1, $"llmops {string.Join(' ', arguments)}: {run.Error}");
        return Json.Read<JsonElement>(run.Out);
    }

    private static string Id(JsonElement document) => document.GetProperty("id").GetString()!;
}
