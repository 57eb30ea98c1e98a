using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>Makes the report of one run from its cases. A case of the dataset without a result becomes an errored one: it stays in every denominator.</summary>
public static class ReportBuilder
{
    public const string AllCases = "all";

    /// <param name="baseline">The report of what is live on the same dataset; null where nothing is live.</param>
    /// <param name="bundle">The bundle's id, or what was evaluated.</param>
    /// <param name="judges">Of <see cref="JudgeTrust"/>; null where no scorer judges.</param>
    public static EvalReport Build(
        string bundle, Dataset dataset, Policy policy, IReadOnlyList<CaseResult> results, EvalReport? baseline,
        string? judge, int seed, DateTimeOffset startedAt, TimeSpan duration, IReadOnlyList<ReportJudge>? judges = null)
    {
        var cases = Sliced(dataset, policy, Whole(dataset, results));
        var gates = JudgeTrust.Decide(
            RecordedAnswers.Decide(Gates.Decide(JudgeTrust.Narrowed(policy, judges), cases, baseline?.Cases, seed, dataset.Cases.Count), cases, baseline?.Cases), judges, baseline?.Judges);
        return new EvalReport(
            EvalReport.CurrentSchema, bundle, new ReportDataset(dataset.Name, dataset.Sha256, dataset.Cases.Count),
            baseline is null ? null : new ReportBaseline(baseline.Bundle), Verdicts.Combine(gates), gates,
            Latency(cases), Cost(cases), new ReportTokens(cases.Sum(result => result.Tokens?.Input ?? 0), cases.Sum(result => result.Tokens?.Output ?? 0)),
            Segments(cases), cases, judge, seed, startedAt, (long)duration.TotalMilliseconds,
            Judges: judges, Ratchet: baseline is not null && Ratchet.Of(policy, baseline) is { Count: > 0 } ratchet ? ratchet : null);
    }

    /// <summary>Everything that decides the judges' grades; null where no judge scores.</summary>
    public static string? JudgeOf(IEnumerable<Scorer> scorers) =>
        scorers.Select(scorer => scorer.JudgeIdentity).OfType<string>().ToList() is { Count: > 0 } judges ? string.Join("; ", judges) : null;

    private static List<CaseResult> Whole(Dataset dataset, IReadOnlyList<CaseResult> results)
    {
        var done = results.Select(result => result.Id).ToHashSet();
        return [.. results, .. dataset.Cases.Where(@case => !done.Contains(@case.Id)).Select(@case => new CaseResult(
            @case.Id, @case.Segment, "", new Dictionary<string, double>(), Passed: false, "The case was not run.", null, null, []))];
    }

    /// <summary>With the fields of its row that a gate slices by, and its cluster: so that a report can be decided again without the dataset.</summary>
    private static List<CaseResult> Sliced(Dataset dataset, Policy policy, List<CaseResult> cases)
    {
        var fields = policy.Gates.Select(gate => gate.By).OfType<string>().Append(PairedCases.ClusterField).Distinct().ToList();
        var slices = dataset.Cases.Where(row => row.Extra is not null).ToDictionary(row => row.Id, row => Slices(row.Extra!, fields));
        return [.. cases.Select(result => slices.GetValueOrDefault(result.Id) is { Count: > 0 } own ? result with { Slices = own } : result)];

        static Dictionary<string, string> Slices(JsonObject row, List<string> fields) => fields
            .Where(field => row[field] is JsonValue).ToDictionary(field => field, field => row[field]!.ToString());
    }

    private static ReportLatency Latency(List<CaseResult> cases)
    {
        var times = Sorted(cases, Metric.Of("latency_p50_ms"));
        var first = Sorted(cases, Metric.Of("ttft_p50_ms"));
        return new ReportLatency(At(times, 0.5), At(times, 0.95), At(times, 0.99), At(first, 0.5), cases.Count(result => result.Flags?.Contains(Scoring.Cached) == true));

        static List<double> Sorted(List<CaseResult> cases, Metric metric) => [.. cases.Select(metric.ValueOf).OfType<double>().Order()];
        static double? At(List<double> sorted, double place) => sorted.Count == 0 ? null : Percentile.Of(sorted, place);
    }

    private static ReportCost Cost(List<CaseResult> cases)
    {
        var total = cases.Sum(result => result.CostUsd ?? 0);
        var unknown = cases.Count(result => result.CostUsd is null);
        var retries = cases.Sum(result => result.RetriesUsd ?? 0);
        var judgeUnknown = cases.Count(result => result.Flags?.Contains(Scoring.JudgeCostUnknown) == true);
        return new ReportCost(
            total + retries, unknown == 0 && cases.Count > 0 ? total / cases.Count * 1000 : null, unknown, cases.Any(result => result.Attempts > 1) ? retries : null,
            cases.Any(result => result.JudgeUsd is not null) ? cases.Sum(result => result.JudgeUsd ?? 0) : null, judgeUnknown > 0 ? judgeUnknown : null);
    }

    private static List<ReportSegment> Segments(List<CaseResult> cases) =>
        [Segment(AllCases, cases), .. cases.Where(result => result.Segment is not null).GroupBy(result => result.Segment!)
            .OrderBy(slice => slice.Key, StringComparer.Ordinal).Select(slice => Segment(slice.Key, [.. slice]))];

    private static ReportSegment Segment(string name, List<CaseResult> cases)
    {
        var names = cases.SelectMany(result => result.Scores.Keys).Distinct();
        var scores = names.ToDictionary(score => score, score => cases.Select(Metric.Of(score).ValueOf).OfType<double>().DefaultIfEmpty(0).Average());
        return new ReportSegment(name, cases.Count, cases.Count(result => result.Error is not null), scores);
    }
}
