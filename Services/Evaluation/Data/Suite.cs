namespace LlmOps.Evaluation;

/// <summary>What is evaluated and how: a dataset, a prompt, scorers, and the policy whose gates decide. Paths are relative to the application's folder.</summary>
/// <param name="Name">The file's name without folder and ending.</param>
/// <param name="Prompt">Null where a bundle brings its own.</param>
/// <param name="Repeats">How often each case is asked, 1 to 20.</param>
public sealed record Suite(
    string Name, string Dataset, string? Prompt, IReadOnlyList<SuiteScorer> Scorers, int Repeats, string? Policy)
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
        var suite = new Suite(
            Path.GetFileNameWithoutExtension(file), root.Text("dataset", required: true) ?? "", root.Text("prompt"),
            ScorersOf(root), root.Whole("repeats", 1, 20) ?? 1, root.Text("policy"));
        root.Close();
        return suite;
    }

    private static List<SuiteScorer> ScorersOf(YamlMap root)
    {
        var scorers = new List<SuiteScorer>();
        foreach (var map in root.Maps("scorers"))
        {
            var type = map.Text("type", required: true) ?? "";
            var scorer = new SuiteScorer(
                map.Text("name") ?? type, type, map.Text("rubric"), map.Text("judge"), map.Number("threshold", 0, 1),
                map.Text("value"), map.Whole("min", 0, int.MaxValue), map.Whole("max", 1, int.MaxValue));
            if (type.Length > 0 && Scorer.Create(scorer) is { Refused: true, Refusal: { } refusal })
                map.Problem(map.LineOf(refusal.Code == "judge-unknown" ? "judge" : "type"), refusal.Code, refusal.Detail);
            if (scorers.Exists(other => other.Name == scorer.Name))
                map.Problem(map.Line, "duplicate-scorer", $"There is a scorer \"{scorer.Name}\" already. Give each its own name.");
            map.Close();
            scorers.Add(scorer);
        }
        if (scorers.Count == 0)
            root.Problem(root.LineOf("scorers"), "missing-key", "scorers has no entry, so nothing would be measured. Add one, for example {name: accuracy, type: facts}.");
        return scorers;
    }
}

/// <summary>One scorer of a suite, as configured.</summary>
/// <param name="Name">The metric's name in gates and reports.</param>
/// <param name="Type">facts, exact, contains, regex, groundedness, refusal, length or judge.</param>
/// <param name="Rubric">Of a judge: tone, accuracy, relevance, safety or conciseness.</param>
/// <param name="Threshold">0 to 1: a score of at least this passes; null takes the type's own.</param>
/// <param name="Value">The text of contains, the pattern of regex.</param>
/// <param name="Min">Fewest words, of length.</param>
/// <param name="Max">Most words, of length.</param>
public sealed record SuiteScorer(
    string Name, string Type, string? Rubric = null, string? Judge = null, double? Threshold = null, string? Value = null, int? Min = null, int? Max = null);
