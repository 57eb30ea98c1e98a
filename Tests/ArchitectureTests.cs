using System.Xml.Linq;

namespace LlmOps.Tests;

/// <summary>Holds the dependency arrows true by reading the project files.</summary>
public sealed class ArchitectureTests
{
    private static readonly string[] Libraries = ["Prompting", "Evaluation", "Inference", "Retrieval", "Pricing"];
    private static readonly string[] Processes = ["Prompts", "Indexes", "Evals", "EvalRunner", "Costs", "Gateway", "Releases"];

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Contracts"] = [],
        ["ServiceDefaults"] = ["Contracts"],
        ["Prompting"] = ["Contracts"],
        ["Retrieval"] = ["Contracts"],
        ["Pricing"] = ["Contracts"],
        ["Inference"] = ["Contracts", "Pricing"],
        ["Evaluation"] = ["Contracts", "Inference"],
        ["Web"] = ["ServiceDefaults", "Contracts", "Prompting"],
        ["Cli"] = ["Contracts", .. Libraries],
        ["LocalHosting"] = [],
        ["SemanticKernel"] = ["Contracts", "Prompting"],
        ["Xunit"] = ["Contracts", "Evaluation", "Cli"], // the command's own evaluation, in a test's process
        ["AppHost"] = ["Contracts", "LocalHosting", "Web", "Cli", .. Processes],
    };

    public static TheoryData<string> Projects =>
        new(Directory.EnumerateFiles(Checkout.Root, "*.csproj", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/artifacts/", StringComparison.Ordinal) && !path.Contains("/node_modules/", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(Checkout.Root, path)));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_its_place_allows(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        if (name is "Tests" or "Benchmarks")
            return;

        var references = XDocument.Load(Path.Combine(Checkout.Root, project)).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
        string[] allowed = Processes.Contains(name) ? ["ServiceDefaults", "Contracts", .. Libraries] : Allowed.GetValueOrDefault(name, []);

        Assert.All(references, reference => Assert.Contains(reference, allowed));
    }

    [Fact]
    public void The_app_host_stays_a_map()
    {
        var map = File.ReadAllLines(Path.Combine(Checkout.Root, "AppHost", "AppHost.cs"));

        Assert.InRange(map.Length, 1, 80);
        Assert.DoesNotContain(map, line => line.StartsWith("#if", StringComparison.Ordinal));
    }
}
