using System.Text.Json.Nodes;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation;

/// <summary>The properties that the schema of SARIF 2.1.0 requires, and those that GitHub needs on top.</summary>
public sealed class ReportSarifTests
{
    [Fact]
    public void Findings_have_the_shape_that_code_scanning_reads()
    {
        var sarif = Sarif.Of([new("prompts/a b.yaml", 7, "discount-limit", FindingLevel.Error, "Too much."), new("llmops.yaml", null, "missing-file", FindingLevel.Warning, "Gone."), new("x", 1, "discount-limit", FindingLevel.Note, "Hm.")]);

        var run = Assert.Single(sarif["runs"]!.AsArray())!;
        var results = run["results"]!.AsArray();
        Assert.Equal(("2.1.0", "https://json.schemastore.org/sarif-2.1.0.json"), (sarif["version"]!.ToString(), sarif["$schema"]!.ToString()));
        Assert.Equal(("llmops", "discount-limit,missing-file"), (run["tool"]!["driver"]!["name"]!.ToString(), string.Join(',', run["tool"]!["driver"]!["rules"]!.AsArray().Select(rule => rule!["id"]!.ToString()))));
        Assert.Equal(["error 0 prompts/a%20b.yaml 7", "warning 1 llmops.yaml ", "note 0 x 1"], results.Select(result =>
            $"{result!["level"]} {result["ruleIndex"]} {Place(result)["artifactLocation"]!["uri"]} {Place(result)["region"]?["startLine"]}"));
        Assert.All(results, result => Assert.Equal(64, result!["partialFingerprints"]!["finding/v1"]!.ToString().Length));
        Assert.Equal("Too much.", results[0]!["message"]!["text"]!.ToString());
    }

    [Fact]
    public void A_finding_that_moved_down_is_the_same_finding()
    {
        string At(int line) => Sarif.Of([new("a.yaml", line, "r", FindingLevel.Error, "m")])["runs"]![0]!["results"]![0]!["partialFingerprints"]!.ToJsonString();

        Assert.Equal(At(3), At(9));
    }

    [Fact]
    public void No_findings_are_a_run_without_results() => Assert.Empty(Sarif.Of([])["runs"]![0]!["results"]!.AsArray());

    [Fact]
    public void More_than_a_service_takes_loses_the_lightest()
    {
        var findings = Enumerable.Range(0, 26_000).Select(i => new Finding("a", i + 1, "r", i < 25_999 ? FindingLevel.Warning : FindingLevel.Error, $"{i}")).ToList();

        var results = Sarif.Of(findings)["runs"]![0]!["results"]!.AsArray();

        Assert.Equal((25_000, "error"), (results.Count, results[0]!["level"]!.ToString()));
    }

    [Fact]
    public async Task Validate_writes_them_with_paths_from_the_repository_and_annotates_the_change()
    {
        var folder = Directory.CreateTempSubdirectory("llmops-sarif-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, ".git"));
        await Command.Run(folder, "init", "app");
        var prompt = Path.Combine(folder, "app", "prompts", "guest-agent.yaml");
        await File.WriteAllTextAsync(prompt, "version: [1.0.0", TestContext.Current.CancellationToken);

        var run = await Command.Run(folder, "validate", "app", "--sarif", "findings.sarif", "--github");

        var sarif = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "findings.sarif"), TestContext.Current.CancellationToken))!;
        Directory.Delete(folder, recursive: true);
        Assert.Equal(100, run.Exit);
        Assert.Equal("app/prompts/guest-agent.yaml", Place(sarif["runs"]![0]!["results"]![0]!)["artifactLocation"]!["uri"]!.ToString());
        Assert.Contains("::error file=app/prompts/guest-agent.yaml,line=1,title=yaml-broken::", run.Out, StringComparison.Ordinal);
    }

    private static JsonNode Place(JsonNode result) => result["locations"]![0]!["physicalLocation"]!;
}
