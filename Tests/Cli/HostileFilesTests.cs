using System.Text;
using System.Text.Json;

namespace LlmOps.Tests.Cli;

/// <summary>Files of an application that somebody made to do harm, or that a tool wrote wrongly.</summary>
public sealed class HostileFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmops-hostile-").FullName;
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string At(string path) => Path.Combine(folder, path);

    private async Task<List<(string File, int? Line, string Rule, string Message)>> Findings()
    {
        var run = await Command.Run(folder, "validate", "--json");
        Assert.Equal(100, run.Exit);
        return [.. JsonDocument.Parse(run.Out).RootElement.GetProperty("findings").EnumerateArray().Select(finding => (
            finding.GetProperty("file").GetString()!, finding.TryGetProperty("line", out var line) ? line.GetInt32() : (int?)null, finding.GetProperty("rule").GetString()!, finding.GetProperty("message").GetString()!))];
    }

    private async Task Change(string file, string from, string to) =>
        await File.WriteAllTextAsync(At(file), (await File.ReadAllTextAsync(At(file), Ct)).Replace(from, to, StringComparison.Ordinal), Ct);

    // F66
    [Theory]
    [InlineData("suites/guest-agent.yaml", "datasets/guest-agent.jsonl", "../outside.jsonl")]
    [InlineData("suites/guest-agent.yaml", "datasets/guest-agent.jsonl", "datasets/../../outside.jsonl")]
    [InlineData("suites/guest-agent.yaml", "datasets/guest-agent.jsonl", "/etc/passwd")]
    [InlineData("suites/guest-agent.yaml", "policies/release.yaml", "..\\\\outside.yaml")]
    [InlineData("llmops.yaml", "prompts/guest-agent.yaml", "../../etc/passwd")]
    [InlineData("llmops.yaml", "corpora/handbook", "../..")]
    public async Task A_path_never_leaves_the_applications_folder(string file, string from, string to)
    {
        await Command.Run(folder, "init", ".");
        await Change(file, from, to);

        var finding = Assert.Single(await Findings(), finding => finding.Rule == "path-outside");

        Assert.Equal(file, finding.File);
        Assert.Contains("stay in it", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_out_of_the_folder_is_not_followed()
    {
        await Command.Run(folder, "init", ".");
        File.CreateSymbolicLink(At("datasets/secret.jsonl"), "/etc/passwd");

        var finding = Assert.Single(await Findings());

        Assert.Equal(("datasets/secret.jsonl", "path-outside"), (finding.File, finding.Rule));
    }

    [Theory]
    [InlineData("CON.jsonl")]
    [InlineData("%2e%2e.jsonl")]
    [InlineData("a#frag.jsonl")]
    [InlineData("a?x.jsonl")]
    [InlineData("guest-agеnt.jsonl")] // a Cyrillic е
    [InlineData("\u202Elnosj.jsonl")]
    [InlineData(".hidden.jsonl")]
    public async Task A_name_that_is_not_plain_is_refused(string name)
    {
        await Command.Run(folder, "init", ".");
        await File.WriteAllTextAsync(At($"datasets/{name}"), """{"id": "a", "input": "x"}""", Ct);

        var finding = Assert.Single(await Findings());

        Assert.Equal(($"datasets/{name}", "name-not-allowed"), (finding.File, finding.Rule));
    }

    [Fact]
    public async Task A_path_of_four_thousand_characters_is_named_in_short()
    {
        await Command.Run(folder, "init", ".");
        await Change("llmops.yaml", "prompts/guest-agent.yaml", $"prompts/{new string('a', 4096)}.yaml");

        var finding = Assert.Single(await Findings(), finding => finding.Rule == "path-outside");

        Assert.InRange(finding.Message.Length, 20, 300);
    }

    // F57
    [Fact]
    public async Task A_frozen_dataset_with_one_byte_changed_is_refused_with_both_hashes()
    {
        await Command.Run(folder, "init", ".");
        await Command.Run(folder, "data", "freeze");
        var bytes = await File.ReadAllBytesAsync(At("datasets/guest-agent.jsonl"), Ct);
        var frozen = ContentHash.OfBytes(bytes);
        bytes[Encoding.UTF8.GetString(bytes).IndexOf(' ', StringComparison.Ordinal)] = (byte)'\t';
        await File.WriteAllBytesAsync(At("datasets/guest-agent.jsonl"), bytes, Ct);

        var finding = Assert.Single(await Findings());

        Assert.Equal("dataset-changed", finding.Rule);
        Assert.Contains(frozen, finding.Message, StringComparison.Ordinal);
        Assert.Contains(ContentHash.OfBytes(bytes), finding.Message, StringComparison.Ordinal);
    }

    // F62
    [Fact]
    public async Task A_settings_file_that_is_no_UTF8_is_refused_with_its_place()
    {
        await Command.Run(folder, "init", ".");
        await File.WriteAllBytesAsync(At("prompts/guest-agent.yaml"), [.. "version: 1.0.0\nmodel: caf"u8, 0xE9], Ct);

        var finding = Assert.Single(await Findings());

        Assert.Equal(("prompts/guest-agent.yaml", "not-utf8"), (finding.File, finding.Rule));
        Assert.Contains("prompts/guest-agent.yaml:2: byte 26", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dataset_with_a_byte_that_is_no_UTF8_is_not_frozen()
    {
        await Command.Run(folder, "init", ".");
        await File.WriteAllBytesAsync(At("datasets/guest-agent.jsonl"), [.. "{\"id\": \"a\", \"input\": \"caf"u8, 0xE9, .. "\"}"u8], Ct);

        var run = await Command.Run(folder, "data", "freeze");

        Assert.Equal((1, false), (run.Exit, File.Exists(At("llmops.lock"))));
        Assert.Contains("datasets/guest-agent.jsonl:1: Byte 26", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dataset_is_held_to_the_contract_beside_it()
    {
        await Command.Run(folder, "init", ".");
        await File.WriteAllTextAsync(At("datasets/guest-agent.schema.yaml"), "fields:\n  booking: { type: string, required: true, pattern: \"^BK[0-9]{8}$\" }\n", Ct);

        var finding = (await Findings())[0];

        Assert.Equal(("datasets/guest-agent.jsonl", 1, "schema"), (finding.File, finding.Line, finding.Rule));
        Assert.Contains("\"booking\"; add it.", finding.Message, StringComparison.Ordinal);
    }
}
