namespace LlmOps.Tests.Cli;

public sealed class ValidateTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmops-app-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task The_sample_is_fit_to_push()
    {
        var run = await Command.Run(Checkout.Sample, "validate", "--json");

        Assert.Equal(0, run.Exit);
        Assert.Equal("pass", Answer(run).GetProperty("verdict").GetString());
    }

    [Theory]
    [InlineData("prompts/guest-agent.yaml", "version: 1.0.0", "version: [1.0.0", "yaml-broken", null)]
    [InlineData("prompts/guest-agent.yaml", "temperature: 0", "temprature: 0", "unknown-key", "temperature")]
    [InlineData("prompts/guest-agent.yaml", "model: embedded/extractive", "model: embedded/extractiv", "unknown-model", "embedded/extractive")]
    [InlineData("prompts/guest-agent.yaml", "model: embedded/extractive", "model: gpt-4o", "unknown-model", "openai/gpt-4o@2024-11-20")]
    [InlineData("prompts/guest-agent.yaml", "index: handbook", "index: handbok", "unknown-index", "handbook")]
    [InlineData("policies/release.yaml", "ladder: [1, 5, 25, 100]", "ladder: [25, 5, 100]", null, "ladder")]
    [InlineData("policies/release.yaml", "id: discount-limit, limit", "id: discount-limit, limits", "unknown-key", "limit")]
    [InlineData("suites/guest-agent.yaml", "datasets/guest-agent.jsonl", "datasets/none.jsonl", "missing-dataset", "none.jsonl")]
    public async Task What_is_wrong_is_named_with_file_rule_and_cure(string file, string from, string to, string? rule, string? named)
    {
        await Command.Run(folder, "init", ".");
        var path = Path.Combine(folder, file);
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.Contains(from, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, text.Replace(from, to, StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var run = await Command.Run(folder, "validate", "--json");

        Assert.Equal(100, run.Exit);
        var finding = Answer(run).GetProperty("findings").EnumerateArray().Last();
        Assert.Equal(file, finding.GetProperty("file").GetString());
        if (rule is not null)
            Assert.Equal(rule, finding.GetProperty("rule").GetString());
        if (named is not null)
            Assert.Contains(named, finding.GetProperty("message").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_dataset_is_not_fit()
    {
        await Command.Run(folder, "init", ".");
        await File.WriteAllTextAsync(Path.Combine(folder, "datasets/guest-agent.jsonl"), "", TestContext.Current.CancellationToken);

        var run = await Command.Run(folder, "validate");

        Assert.Equal(100, run.Exit);
        Assert.Contains("datasets/guest-agent.jsonl", run.Out, StringComparison.Ordinal);
    }

    // F57: a frozen dataset that changed by one byte is refused, with the hash shown.
    [Fact]
    public async Task A_frozen_dataset_that_changed_is_not_fit()
    {
        await Command.Run(folder, "init", ".");
        Assert.Equal(0, (await Command.Run(folder, "data", "freeze")).Exit);
        Assert.Equal(0, (await Command.Run(folder, "validate")).Exit);
        await File.AppendAllTextAsync(Path.Combine(folder, "datasets/guest-agent.jsonl"), "\n", TestContext.Current.CancellationToken);

        var run = await Command.Run(folder, "validate", "--json");

        Assert.Equal(100, run.Exit);
        Assert.Contains(Answer(run).GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("rule").GetString() == "dataset-changed");
    }

    [Fact]
    public async Task A_folder_without_an_application_says_how_to_make_one()
    {
        var run = await Command.Run(folder, "validate");

        Assert.Equal(100, run.Exit);
        Assert.Contains("llmops init", run.Out, StringComparison.Ordinal);
    }

    private static System.Text.Json.JsonElement Answer(Command run) => Json.Read<System.Text.Json.JsonElement>(run.Out);
}
