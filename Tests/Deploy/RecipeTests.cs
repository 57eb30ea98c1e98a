using System.CommandLine;
using System.Text.RegularExpressions;
using LlmOps.Cli;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Tests.Deploy;

public sealed class RecipeTests
{
    private static readonly string Folder = Path.Combine(Checkout.Root, "Deploy", "ci");

    public static TheoryData<string> Yaml => [.. Directory.EnumerateFiles(Folder, "*.y*ml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file))];

    public static TheoryData<string> Recipes => ["github/evaluate.yml", "gitlab.yml", "azure-pipelines.yml", "Jenkinsfile", "cloudbuild.yaml"];

    [Theory]
    [MemberData(nameof(Yaml))]
    public void A_recipe_is_one_mapping_and_tells_its_steps_no_foreign_text(string file)
    {
        var root = Read(file);

        Assert.NotEmpty(root.Children);
        foreach (var script in root.AllNodes.OfType<YamlMappingNode>().Where(step => step.Children.ContainsKey("run")).Select(step => step["run"].ToString()))
            Assert.DoesNotContain("${{", script, StringComparison.Ordinal); // a branch's name would be a command
    }

    [Theory]
    [InlineData("github/evaluate.yml", "timeout-minutes: 60", 2)]
    [InlineData("gitlab.yml", "timeout: 60 minutes", 1)]
    [InlineData("azure-pipelines.yml", "timeoutInMinutes: 60", 2)]
    [InlineData("Jenkinsfile", "timeout(time: 60, unit: 'MINUTES')", 1)]
    [InlineData("cloudbuild.yaml", "timeout: 3600s", 1)]
    public void Every_evaluation_ends_after_an_hour(string file, string limit, int times) =>
        Assert.Equal(times, Regex.Count(Text(file), Regex.Escape(limit)));

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Whatever_decides_an_answer_starts_an_evaluation(string file)
    {
        var text = Text(file);

        foreach (var path in (string[])["prompts", "suites", "datasets", "corpora", "policies", "calibrations", "models", "recordings", "llmops.yaml", "llmops.lock"])
            Assert.Contains(path, text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_from_a_fork_runs_recorded_on_a_hosted_runner_without_a_right_or_a_secret()
    {
        var root = Read("github/evaluate.yml");
        var (own, fork) = ((YamlMappingNode)root["jobs"]["evaluate"], (YamlMappingNode)root["jobs"]["recorded"]);

        Assert.Equal(["pull_request"], ((YamlMappingNode)root["on"]).Children.Keys.Select(key => key.ToString()));
        Assert.Equal("github.event.pull_request.head.repo.full_name == github.repository", own["if"].ToString());
        Assert.Equal("github.event.pull_request.head.repo.full_name != github.repository", fork["if"].ToString());
        Assert.Equal("ubuntu-latest", fork["runs-on"].ToString());
        Assert.Contains("vars.LLMOPS_RUNNER", own["runs-on"].ToString(), StringComparison.Ordinal);
        Assert.False(fork.Children.ContainsKey("permissions"));
        Assert.Equal("{ { contents, read } }", root["permissions"].ToString());
        Assert.DoesNotContain(fork.AllNodes, node => node.NodeType == YamlNodeType.Scalar && node.ToString().Contains("secrets.", StringComparison.Ordinal));
        Assert.Contains(fork.AllNodes.OfType<YamlMappingNode>(), with => with.Children.ContainsKey("replay") && with["comment"].ToString() == "false");
    }

    [Fact]
    public void Both_lanes_check_out_the_history_and_large_files_and_leave_no_token_behind()
    {
        var checkouts = Read("github/evaluate.yml").AllNodes.OfType<YamlMappingNode>().Where(step => step.Children.ContainsKey("uses") && step["uses"].ToString().StartsWith("actions/checkout", StringComparison.Ordinal)).ToList();

        Assert.Equal(2, checkouts.Count);
        Assert.All(checkouts, step => Assert.Equal(("0", "true", "false"), (step["with"]["fetch-depth"].ToString(), step["with"]["lfs"].ToString(), step["with"]["persist-credentials"].ToString())));
    }

    [Fact]
    public void The_workflow_names_only_inputs_that_the_action_has()
    {
        var inputs = ((YamlMappingNode)Read("github/action.yml")["inputs"]).Children.Keys.Select(key => key.ToString()).ToHashSet();

        var named = Read("github/evaluate.yml").AllNodes.OfType<YamlMappingNode>().Where(step => step.Children.ContainsKey("uses") && step["uses"].ToString().Contains("/llmops/", StringComparison.Ordinal))
            .SelectMany(step => ((YamlMappingNode)step["with"]).Children.Keys).Select(key => key.ToString()).ToList();

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, inputs));
    }

    /// <summary>Every llmops line in a recipe, a document or the script, with words for its variables.</summary>
    [Fact]
    public void Every_command_in_the_recipes_is_one_that_the_program_understands()
    {
        var root = new RootCommand { EvalCommand.Build(), ValidateCommand.Build(), GitHubComment.Build() };
        Terminal.AddOptions(root);
        var lines = Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(file => File.ReadAllText(file).Replace("\\\n", " ", StringComparison.Ordinal))
            .SelectMany(text => Regex.Matches(text, """(?m)(?:^llmops|"\$llmops"|llmops\}") ((?:eval|validate|github) .*)$""").Select(match => match.Groups[1].Value)).ToList();

        Assert.True(lines.Count >= 5, $"{lines.Count} commands");
        foreach (var line in lines)
        {
            var plain = Regex.Replace(Regex.Replace(line, """\$\{\w+\[@\]\+"\$\{\w+\[@\]\}"\}""", ""), @"\s*\|\|.*$", "");
            var parsed = root.Parse(Regex.Replace(plain, "\"[^\"]*\"|'[^']*'", "word"));
            Assert.True(parsed.Errors.Count == 0, $"{line}: {string.Join(" ", parsed.Errors.Select(error => error.Message))}");
        }
    }

    [Fact]
    public void The_options_that_the_script_adds_exist_too()
    {
        var known = EvalCommand.Build().Options.Select(option => option.Name).ToHashSet();

        var added = Regex.Matches(Text("evaluate.sh"), @"=\((--[a-z-]+)").Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.Equal(["--github", "--replay", "--baseline"], added);
        Assert.Subset(known, added.ToHashSet());
    }

    private static string Text(string file) => File.ReadAllText(Path.Combine(Folder, file));

    private static YamlMappingNode Read(string file)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Text(file)));
        return (YamlMappingNode)stream.Documents.Single().RootNode;
    }
}
