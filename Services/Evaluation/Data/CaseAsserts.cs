using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>What one case alone is held to, for the scorer <c>asserts</c>.</summary>
/// <param name="Threshold">0 to 1: the weighted mean that passes; null asks that every assert with a weight passes.</param>
public sealed record CaseAsserts(IReadOnlyList<CaseAssert> Items, double? Threshold)
{
    private const int MaxItems = 1000;
    private const int MaxLevels = 8;

    /// <summary>Reads the row's <c>asserts</c> and <c>threshold</c>. Each assert is a scorer with its settings, and weight (default 1; 0 is counted and never fails) and negate.
    /// The type <c>set</c> holds asserts of its own.</summary>
    internal static CaseAsserts? Read(JsonObject row, int line, List<string> faults)
    {
        if (row["asserts"] is null)
            return null;
        var problems = new List<Finding>();
        var map = new YamlMap((YamlNode.Map)YamlNode.Of(row, line), "", "", problems);
        var asserts = Of(map, level: 0);
        faults.AddRange(problems.Select(problem => problem.Message).Distinct());
        return asserts;
    }

    private static CaseAsserts Of(YamlMap map, int level)
    {
        var maps = map.Maps("asserts");
        if (maps.Count is 0 or > MaxItems || level > MaxLevels)
            map.Problem(map.Line, "bad-asserts", $"asserts must be a list of 1 to {MaxItems:N0} scorers, in sets of at most {MaxLevels} levels.");
        return new CaseAsserts(level > MaxLevels ? [] : [.. maps.Select(item => ItemOf(item, level))], map.Number("threshold", 0, 1));
    }

    private static CaseAssert ItemOf(YamlMap map, int level)
    {
        var (weight, negate) = (map.Number("weight", 0, 1e6) ?? 1, map.Flag("negate") ?? false);
        if (map.Text("type") == "set")
        {
            var set = new CaseAssert(map.Text("name") ?? "set", weight, negate, null, Of(map, level + 1));
            map.Close();
            return set;
        }
        var settings = SuiteScorer.Read(map);
        if (settings.Type == "asserts" || settings.Judge is not (null or Scorer.EmbeddedJudge))
            map.Problem(map.LineOf("type"), "bad-asserts", $"An assert cannot be {(settings.Judge is null ? "asserts itself; use a set" : "the judge of a model; make it a scorer of the suite")}.");
        return new CaseAssert(settings.Name, weight, negate, settings, null);
    }
}

/// <summary>One assert: a scorer, or a set of asserts.</summary>
/// <param name="Weight">Its share of the mean; with 0 it is reported and decides nothing.</param>
public sealed record CaseAssert(string Name, double Weight, bool Negate, SuiteScorer? Settings, CaseAsserts? Set)
{
    /// <summary>Made at the first use: most cases are read and never scored.</summary>
    internal Scorer Scorer => scorer ??= Evaluation.Scorer.Create(Settings!).Value!;

    private Scorer? scorer;
}
