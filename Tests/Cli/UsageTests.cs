using System.Text.Json;

namespace LlmOps.Tests.Cli;

public sealed class UsageTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmops-app-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("bad-usage", "frobnicate")]
    [InlineData("bad-usage", "bundle", "create")]
    [InlineData("bad-usage", "init", "--template", "none")]
    [InlineData("bad-usage", "keys", "create", "eva@example.org", "--role", "service")]
    [InlineData("bad-proposal", "proposal", "approve", "0199")]
    [InlineData("no-server", "keys", "create", "eva@example.org", "--role", "data-scientist")]
    [InlineData("no-server", "bundle", "list")]
    public async Task With_json_a_no_is_one_document_on_standard_output(string code, params string[] arguments)
    {
        var run = await Alone([.. arguments, "--json"]);

        Assert.Equal(1, run.Exit);
        Assert.Equal(code, JsonDocument.Parse(run.Out).RootElement.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Without_json_a_misused_command_says_so_on_standard_error_alone()
    {
        var run = await Alone("bundle", "create");

        Assert.Equal((1, ""), (run.Exit, run.Out));
        Assert.Contains("--app", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_a_refusal_and_no_stack_trace()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "taken"), "a file", TestContext.Current.CancellationToken);

        var run = await Alone("init", "taken/my-app", "--json");

        Assert.Equal((1, "file-not-usable"), (run.Exit, JsonDocument.Parse(run.Out).RootElement.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_broken_prompt_is_refused_by_its_path_before_anything_is_pushed()
    {
        await Command.Run(folder, "init", ".");
        await File.WriteAllTextAsync(Path.Combine(folder, "prompts", "guest-agent.yaml"), "version: [1.0.0", TestContext.Current.CancellationToken);

        var run = await Alone("push", "--json");

        Assert.Contains("prompts/guest-agent.yaml:1", run.Error, StringComparison.Ordinal);
    }

    /// <summary>Without any stack, whatever else runs on this machine.</summary>
    private Task<Command> Alone(params string[] arguments) =>
        Command.Run(folder, new Dictionary<string, string> { ["LLMOPS_ENDPOINTS"] = Path.Combine(folder, "none.json"), ["LLMOPS_URL"] = "" }, arguments);
}
