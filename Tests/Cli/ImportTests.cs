using System.Text.Json;

namespace LlmOps.Tests.Cli;

public sealed class ImportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmops-import-").FullName;
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task An_imported_configuration_validates_and_says_what_was_left_out()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "p.yaml"), "prompts: ['Say {{word}}']\nproviders: [echo]\ntests:\n- vars: { word: moin }\n  assert:\n  - { type: icontains, value: moin }\n  - { type: javascript, value: 'true' }\n", Ct);

        var run = await Command.Run(folder, "import", "promptfoo", "p.yaml", "--out", "desk", "--json");
        var validated = await Command.Run(folder, "validate", "desk");

        var answer = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal((0, 0), (run.Exit, validated.Exit));
        Assert.Equal((7, "javascript: true"), (answer.GetProperty("refused")[0].GetProperty("line").GetInt32(), answer.GetProperty("refused")[0].GetProperty("what").GetString()));
        Assert.Equal((3, 1, 1), (answer.GetProperty("native").GetInt32(), answer.GetProperty("adapted").GetInt32(), answer.GetProperty("refused").GetArrayLength()));
    }

    [Fact]
    public async Task What_is_there_is_never_written_over()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "p.yaml"), "prompts: [Hello]", Ct);
        await File.WriteAllTextAsync(Path.Combine(folder, "llmops.yaml"), "mine", Ct);

        var run = await Command.Run(folder, "import", "promptfoo", "p.yaml", "--out", ".");

        Assert.Equal((1, "mine"), (run.Exit, await File.ReadAllTextAsync(Path.Combine(folder, "llmops.yaml"), Ct)));
    }

    [Fact]
    public async Task A_file_that_is_no_UTF8_is_refused_with_its_place()
    {
        await File.WriteAllBytesAsync(Path.Combine(folder, "p.yaml"), [.. "prompts:\n- caf"u8, 0xE9], Ct);

        var run = await Command.Run(folder, "import", "promptfoo", "p.yaml", "--out", "desk");

        Assert.Equal(1, run.Exit);
        Assert.Contains("p.yaml:2: byte 15", run.Error, StringComparison.Ordinal);
    }
}
