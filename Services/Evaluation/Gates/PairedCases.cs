namespace LlmOps.Evaluation;

/// <summary>One metric over the same cases of candidate and baseline. Repeats of a case are one value, so that they do not pass for independent cases.</summary>
/// <param name="Candidate">By case.</param>
/// <param name="Baseline">By case; null where there is no baseline.</param>
/// <param name="Clusters">Of each case, 0 to clusters − 1, where near-identical cases share a cluster; null where every case stands alone.</param>
/// <param name="Missing">Why the numbers are incomplete; null where they are whole.</param>
internal sealed record PairedCases(double[] Candidate, double[]? Baseline, int[]? Clusters, string? Missing)
{
    internal const string ClusterField = "cluster";

    internal int Count => Candidate.Length;

    /// <summary>What may be drawn: clusters, or cases where there are none.</summary>
    internal int Units { get; } = Clusters is null ? Candidate.Length : Clusters.Max() + 1;

    /// <summary>The sum over each unit's cases.</summary>
    internal double[] PerUnit(Func<int, double> value)
    {
        var sums = new double[Units];
        for (var i = 0; i < Count; i++)
            sums[Clusters is null ? i : Clusters[i]] += value(i);
        return sums;
    }

    internal static PairedCases Of(Metric metric, Target target, CaseSet cases, bool relative)
    {
        var now = ById(metric, target, cases, cases.Candidate, failedTime: double.PositiveInfinity, failedScore: 0);
        if (!relative || cases.Baseline is null)
        {
            var given = now.Values.Where(side => side.State != State.Left).OrderBy(side => side.Id, StringComparer.Ordinal).ToList();
            var whole = given.Where(side => side.Value is not null).ToList();
            return new([.. whole.Select(side => side.Value!.Value)], null, ClustersOf(whole), Unscored(metric, target, cases, now) ?? Lacking(metric, given, "candidate"));
        }

        // A baseline's failed call counts as instant and right, a candidate's as endless and wrong: an error never makes the candidate look better.
        var then = ById(metric, target, cases, cases.Baseline, failedTime: 0, failedScore: 1);
        var unpaired = now.Keys.Concat(then.Keys).Distinct().Count(id => !now.ContainsKey(id) || !then.ContainsKey(id));
        var pairs = (from id in now.Keys.Order(StringComparer.Ordinal) where then.ContainsKey(id) && Applies(now[id], then[id]) select (Now: now[id], Then: then[id])).ToList();
        var both = pairs.Where(pair => pair is { Now.Value: not null, Then.Value: not null }).ToList();
        return new(
            [.. both.Select(pair => pair.Now.Value!.Value)], [.. both.Select(pair => pair.Then.Value!.Value)], ClustersOf([.. both.Select(pair => pair.Now)]),
            unpaired > 0 ? $"{unpaired} {Cases(unpaired)} only on one side. Run both on the same dataset."
                : Lacking(metric, [.. pairs.Select(pair => pair.Now)], "candidate") ?? Lacking(metric, [.. pairs.Select(pair => pair.Then)], "baseline"));

        // What both sides leave out does not concern the case, nor what one leaves out and the other failed at; a lone gap in a score is missing data.
        bool Applies(Side a, Side b) => (a.State, b.State) switch
        {
            (State.Left, State.Left) or (State.Left, State.Failed) or (State.Failed, State.Left) => false,
            (State.Left, State.Answered) or (State.Answered, State.Left) => !metric.IsTime,
            _ => true,
        };
    }

    /// <summary>Left: the scorer had nothing to judge, or the time came from a cache.</summary>
    private enum State { Answered, Failed, Left }

    private sealed record Side(string Id, string? Cluster, State State, double? Value);

    private static Dictionary<string, Side> ById(
        Metric metric, Target target, CaseSet cases, IReadOnlyList<CaseResult> results, double failedTime, double failedScore) =>
        results.Where(result => target.Holds(cases.Of(result))).GroupBy(result => result.Id).ToDictionary(repeats => repeats.Key, repeats =>
        {
            var values = repeats.Select(result => result.Error is null ? metric.ValueOf(result)
                : metric.IsTime ? failedTime : metric.Kind == MetricKind.Score ? failedScore : metric.ValueOf(result)).ToList();
            var state = repeats.All(result => LeavesOut(metric, result)) ? State.Left
                : repeats.Any(result => result.Error is not null) ? State.Failed
                : metric.IsTime && repeats.All(result => result.Flags?.Contains("cached") == true) ? State.Left
                : metric.Kind == MetricKind.Score && repeats.All(result => !result.Scores.ContainsKey(metric.Name)) ? State.Left
                : State.Answered;
            return new Side(repeats.Key, cases.Of(repeats.First()).Slices?.GetValueOrDefault(ClusterField), state, values.Contains(null) ? null : values.Average());
        });

    /// <summary>A case that tells of a process is no call, and a call tells nothing of the process.</summary>
    private static bool LeavesOut(Metric metric, CaseResult result) =>
        metric.Kind == MetricKind.Measure ? result.Measures?.ContainsKey(metric.Name) != true : result.Measures is not null && metric.Kind != MetricKind.Score;

    /// <summary>A scorer leaves out what has no reference, and so on both sides alike: a score that only the baseline has is missing, though a floor needs no baseline.</summary>
    private static string? Unscored(Metric metric, Target target, CaseSet cases, Dictionary<string, Side> now)
    {
        if (metric.Kind != MetricKind.Score || cases.Baseline is null)
            return null;
        var then = ById(metric, target, cases, cases.Baseline, failedTime: 0, failedScore: 1);
        return Lacking(metric, [.. now.Values.Where(side => side.State == State.Left && then.GetValueOrDefault(side.Id)?.State == State.Answered)], "candidate");
    }

    private static int[]? ClustersOf(List<Side> sides)
    {
        if (sides.TrueForAll(side => side.Cluster is null))
            return null;
        var numbers = new Dictionary<(string, bool), int>();
        foreach (var side in sides)
            numbers.TryAdd(Key(side), numbers.Count);
        return numbers.Count == sides.Count ? null : [.. sides.Select(side => numbers[Key(side)])];

        static (string, bool) Key(Side side) => (side.Cluster ?? side.Id, side.Cluster is null); // a case's id is no cluster's name
    }

    private static string? Lacking(Metric metric, List<Side> sides, string side)
    {
        var (count, failed) = (sides.Count(one => one.Value is null), sides.Count(one => one is { Value: null, State: State.Failed }));
        return count == 0 ? null
            : failed > 0 ? $"{failed} {Cases(failed)} of the {side} failed, so {(failed == 1 ? "its" : "their")} {metric.Name} {(failed == 1 ? "is" : "are")} unknown. Run {(failed == 1 ? "it" : "them")} again."
            : metric.Kind == MetricKind.Cost ? $"The price of {count} {Cases(count)} of the {side} is unknown. Add it to the price book."
            : $"{count} {Cases(count)} of the {side} {(count == 1 ? "has" : "have")} no {metric.Name}. Run them again.";
    }

    private static string Cases(int count) => count == 1 ? "case" : "cases";
}
