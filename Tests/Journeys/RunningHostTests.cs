namespace LlmOps.Tests.Journeys;

/// <summary>What may happen to a host while it runs.</summary>
[Collection(nameof(RunningStack))]
public sealed class RunningHostTests(RunningStack stack)
{
    [Fact]
    public async Task A_second_start_says_where_the_first_runs_and_does_not_disturb_it()
    {
        await using var second = RunningStack.Launch(stack.Folder);
        var code = await second.Exited.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Equal(1, code);
        Assert.Contains($"pid {stack.Pid}", second.Output, StringComparison.Ordinal);
        Assert.Contains(stack.Endpoints.Addresses["web"], second.Output, StringComparison.Ordinal);
        Assert.False(stack.Exited.IsCompleted);
    }

    [Fact]
    public async Task A_killed_service_comes_back()
    {
        var service = Processes.TreeOf(stack.Pid).Single(process => process.Command.Contains("LlmOps.Prompts.dll", StringComparison.Ordinal));

        Processes.Signal(service.Pid, "KILL");
        await Processes.AllEnd([service]);

        using var client = stack.Client("prompts", Role.Viewer);
        while (!await Answers(client))
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Contains("prompts ended with exit code 137", stack.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_told_before_anything_starts()
    {
        var port = (await File.ReadAllLinesAsync(Path.Combine(stack.Folder, "data", "postgres", "cluster", "postmaster.pid"), TestContext.Current.CancellationToken))[3];
        var elsewhere = RunningStack.NewFolder();

        await using var second = RunningStack.Launch(elsewhere, new() { ["ConnectionStrings__postgres"] = $"Host=127.0.0.1;Port={port};Username=llmops;Password=wrong" });
        var code = await second.Exited.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Directory.Delete(elsewhere, recursive: true);

        Assert.Equal(1, code);
        Assert.Contains("refuses the user \"llmops\"", second.Output, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__postgres", second.Output, StringComparison.Ordinal);
    }

    private static async Task<bool> Answers(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("health", UriKind.Relative), TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
