namespace LlmOps.Evaluation;

/// <summary>What a candidate must hold: gates before release, approvals, and the rules of its way to traffic.</summary>
/// <param name="Alpha">One-sided error rate of every gate, above 0 and at most 0.5.</param>
/// <param name="Sha256">Of the file's bytes.</param>
/// <param name="Gates">Its own, and those of the preset that it extends.</param>
public sealed record Policy(
    string Sha256, double Alpha, OnInconclusive OnInconclusive, IReadOnlyList<PolicyGate> Gates, Approvals Approvals, ReleasePolicy? Release)
{
    public const double DefaultAlpha = 0.05;

    /// <summary>The sealed dataset; null where there is none.</summary>
    public HoldoutPolicy? Holdout { get; init; }

    public JudgePolicy Judges { get; init; } = JudgePolicy.Default;

    public static Result<Policy> Parse(string yaml, string file)
    {
        var problems = new List<Finding>();
        return Read(yaml, file, problems) is { } policy && problems.Count == 0 ? policy : YamlRefusal.Of(problems);
    }

    /// <summary>What <see cref="Parse"/> would refuse, one finding per problem.</summary>
    public static IReadOnlyList<Finding> Problems(string yaml, string file)
    {
        var problems = new List<Finding>();
        Read(yaml, file, problems);
        return problems;
    }

    private static Policy? Read(string yaml, string file, List<Finding> problems)
    {
        if (Yaml.Read(yaml, file, problems) is not { } root)
            return null;
        root.Find("lint"); // read by the lint; known here so that it is no unknown key
        var policy = new Policy(
            ContentHash.OfText(yaml), root.Number("alpha", 0.0001, 0.5) ?? DefaultAlpha,
            root.Word<OnInconclusive>("on_inconclusive") ?? OnInconclusive.Block,
            GatesOf(root), ApprovalsOf(root),
            root.Map("release") is { } release ? ReleasePolicy.Read(release) : null)
        {
            Holdout = root.Map("holdout") is { } holdout ? HoldoutPolicy.Read(holdout) : null, Judges = root.Map("judges") is { } judges ? JudgePolicy.Read(judges) : JudgePolicy.Default,
        };
        root.Close();
        return policy;
    }

    private static List<PolicyGate> GatesOf(YamlMap root)
    {
        List<PolicyGate> own = [.. root.Maps("gates").Select(PolicyGate.Read)];
        foreach (var lonely in own.Where(gate => gate.Together is not null).GroupBy(gate => gate.Together).Where(group => group.DistinctBy(gate => gate.Metric).Count() < 2))
            root.Problem(root.LineOf("gates"), "bad-gate", $"together: {lonely.Key} names only the gate on {lonely.First().Metric}. Give it to another metric's gate too, or remove it.");
        if (root.Text("extends") is not { } name)
            return own;
        if (PolicyPreset.Find(name) is { } preset)
            return [.. preset.Where(gate => !own.Exists(other => other.Replaces(gate))), .. own];
        root.Problem(root.LineOf("extends"), "unknown-preset", $"There is no preset \"{name}\".{YamlMap.Nearest(name, PolicyPreset.Names)} Known: {string.Join(", ", PolicyPreset.Names)}.");
        return own;
    }

    private static Approvals ApprovalsOf(YamlMap root)
    {
        if (root.Map("approvals") is not { } map)
            return new Approvals(1, []);
        var approvals = new Approvals(map.Whole("required", 0, 10) ?? 1, map.Texts("roles"));
        map.Close();
        return approvals;
    }
}

/// <summary>What an inconclusive gate means: Block makes the verdict inconclusive, Warn only reports it.</summary>
public enum OnInconclusive { Block, Warn }

/// <summary>Interval decides by the bound of a confidence interval; Point compares the plain estimates.</summary>
public enum GateMethod { Interval, Point }

/// <param name="Required">Approvals by persons other than the author, 0 to 10.</param>
/// <param name="Roles">Who may give them; empty: every role that may approve.</param>
public sealed record Approvals(int Required, IReadOnlyList<string> Roles);
