namespace LlmOps.Evaluation;

/// <summary>What is evaluated and how: a dataset, a prompt, scorers, and the policy whose gates decide. Paths are relative to the application's folder.</summary>
/// <param name="Name">The file's name without folder and ending.</param>
/// <param name="Prompt">Null where a bundle brings its own.</param>
/// <param name="Repeats">How often each case is asked, 1 to 20.</param>
/// <param name="Load">Of a serving suite; null for one that measures answers.</param>
public sealed record Suite(
    string Name, string Dataset, string? Prompt, IReadOnlyList<SuiteScorer> Scorers, int Repeats, string? Policy, ServingLoad? Load = null)
{
    public static Result<Suite> Parse(string yaml, string file)
    {
        var problems = new List<Finding>();
        return Read(yaml, file, problems) is { } suite && problems.Count == 0 ? suite : YamlRefusal.Of(problems);
    }

    /// <summary>What <see cref="Parse"/> would refuse, one finding per problem.</summary>
    public static IReadOnlyList<Finding> Problems(string yaml, string file)
    {
        var problems = new List<Finding>();
        Read(yaml, file, problems);
        return problems;
    }

    private static Suite? Read(string yaml, string file, List<Finding> problems)
    {
        if (Yaml.Read(yaml, file, problems) is not { } root)
            return null;
        var load = ServingLoad.Read(root);
        var suite = new Suite(
            Path.GetFileNameWithoutExtension(file), root.Text("dataset", required: true) ?? "", root.Text("prompt"),
            ScorersOf(root, needed: load is null), root.Whole("repeats", 1, 20) ?? 1, root.Text("policy"), load);
        root.Close();
        return suite;
    }

    private static List<SuiteScorer> ScorersOf(YamlMap root, bool needed)
    {
        var scorers = new List<SuiteScorer>();
        foreach (var map in root.Maps("scorers"))
        {
            var scorer = SuiteScorer.Read(map);
            if (scorers.Exists(other => other.Name == scorer.Name))
                map.Problem(map.Line, "duplicate-scorer", $"There is a scorer \"{scorer.Name}\" already. Give each its own name.");
            scorers.Add(scorer);
        }
        if (scorers.Count == 0 && needed)
            root.Problem(root.LineOf("scorers"), "missing-key", "scorers has no entry, so nothing would be measured. Add one, for example {name: accuracy, type: facts}.");
        return scorers;
    }
}
