using System.Reflection;
using System.Text.RegularExpressions;
using LlmOps.Cli;
using LlmOps.Evaluation;
using Verb = System.CommandLine.Command;

namespace LlmOps.Tests.Docs;

/// <summary>Holds the reference pages to the code that they describe.</summary>
public sealed partial class DocsTests
{
    private static readonly string[] Everywhere = ["--json", "--server", "--as", "--help", "--version"];

    [Fact]
    public async Task Every_command_and_every_option_stands_in_the_page_and_no_other()
    {
        var help = await Command.Run(Checkout.Root, "--help");

        var real = Built().Where(verb => Regex.IsMatch(help.Out, $@"^  {verb.Name}\s", RegexOptions.Multiline)).SelectMany(verb => Leaves(verb, verb.Name)).ToDictionary();

        Assert.Equal(ListedIn(help.Out), real.Keys.Select(name => name.Split(' ')[0]).Distinct().Order());
        Assert.Equal(Lines(real), Lines(Described()));
    }

    [Fact]
    public void Every_type_of_scorer_stands_in_the_page()
    {
        var missing = Scorer.Types.Where(type => !Page("evaluation").Contains($"`{type}`", StringComparison.Ordinal));

        Assert.Empty(missing);
    }

    [Fact]
    public void The_page_has_every_field_of_a_gate_and_no_other()
    {
        var fields = typeof(PolicyGate).GetConstructors().MaxBy(made => made.GetParameters().Length)!.GetParameters().Select(field => Snake(field.Name!)).Order();

        var told = Section(Page("evaluation"), "### Gate fields").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Code().Matches(line.Split(" | ")[0]).Select(word => word.Groups[1].Value.Split(' ')[0])).Order();

        Assert.Equal(fields, told);
    }

    [Fact]
    public void The_page_has_every_field_of_the_report()
    {
        var page = Section(Page("evaluation"), "## Report");

        var missing = new[] { typeof(EvalReport), typeof(GateResult), typeof(CaseResult), typeof(ReportLatency), typeof(ReportCost), typeof(ReportSegment) }
            .SelectMany(type => type.GetConstructors().MaxBy(made => made.GetParameters().Length)!.GetParameters())
            .Select(field => char.ToLowerInvariant(field.Name![0]) + field.Name[1..]).Distinct().Where(field => !Regex.IsMatch(page, $@"[`\s]{field}\b"));

        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs")]
    [InlineData("Deploy")]
    public void Every_relative_link_leads_somewhere(string place)
    {
        var path = Path.Combine(Checkout.Root, place);
        IEnumerable<string> pages = File.Exists(path) ? [path] : Directory.EnumerateFiles(path, "*.md", SearchOption.AllDirectories);

        var dead = from page in pages
                   from Match link in Link().Matches(File.ReadAllText(page))
                   let target = link.Groups[1].Value.Split('#')
                   let file = target[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, target[0])
                   where !Path.Exists(file) || (target.Length > 1 && !Anchors(file).Contains(target[1]))
                   select $"{Path.GetRelativePath(Checkout.Root, page)}: {link.Groups[1].Value}";

        Assert.Empty(dead);
    }

    /// <summary>What the command's own files build; which of them stand on top, its help says.</summary>
    private static IEnumerable<Verb> Built() =>
        from type in typeof(EvalCommand).Assembly.GetExportedTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static)
        where typeof(Verb).IsAssignableFrom(method.ReturnType) && method.GetParameters().Length == 0
        select (Verb)method.Invoke(null, null)!;

    private static IEnumerable<KeyValuePair<string, IEnumerable<string>>> Leaves(Verb verb, string name) => verb.Subcommands.Count == 0
        ? [new(name, verb.Options.Select(option => option.Name))]
        : verb.Subcommands.SelectMany(inner => Leaves(inner, $"{name} {inner.Name}"));

    /// <summary>The headings of the page by command, <c>a|b</c> standing for two, with the options told below each.</summary>
    private static Dictionary<string, IEnumerable<string>> Described() => (
        from section in Heading().Matches(Page("command"))
        let words = section.Groups["words"].Value.Trim().Split(' ')
        from last in words[^1].Split('|')
        let name = string.Join(' ', [.. words[..^1], last])
        select (name, Option().Matches(section.Groups["text"].Value).Select(option => option.Value).Except(Everywhere)))
        .ToDictionary();

    private static IEnumerable<string> ListedIn(string help) =>
        Regex.Matches(help[help.IndexOf("Commands:", StringComparison.Ordinal)..], @"^  [a-z-]+(?=\s)", RegexOptions.Multiline).Select(line => line.Value.Trim()).Order();

    private static IEnumerable<string> Lines(Dictionary<string, IEnumerable<string>> commands) =>
        commands.Select(command => $"{command.Key}: {string.Join(' ', command.Value.Distinct().Order())}").Order();

    private static string Page(string name) => File.ReadAllText(Path.Combine(Checkout.Root, "docs", "reference", $"{name}.md"));

    private static string Section(string page, string heading)
    {
        var from = page.IndexOf($"\n{heading}\n", StringComparison.Ordinal);
        var to = Regex.Match(page[(from + heading.Length + 1)..], @"^##+ ", RegexOptions.Multiline);
        return to.Success ? page.Substring(from, heading.Length + 1 + to.Index) : page[from..];
    }

    private static IEnumerable<string> Anchors(string file) => Title().Matches(File.ReadAllText(file))
        .Select(title => Regex.Replace(title.Value.ToLowerInvariant(), @"[^\p{L}\d _-]", "").Replace(' ', '-'));

    private static string Snake(string name) => Regex.Replace(name, "(?<=[a-z])([A-Z])", "_$1").ToLowerInvariant();

    [GeneratedRegex(@"^## llmops (?<words>[a-z][a-z|-]*( [a-z][a-z|-]*)*)(?<text>.*?)(?=^#+ |\z)", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z-]*")]
    private static partial Regex Option();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\((?!https?:)([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<=^#+ ).+?(?=\s*$)", RegexOptions.Multiline)]
    private static partial Regex Title();
}
