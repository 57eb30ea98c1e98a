namespace LlmOps.Evaluation;

/// <summary>One metric over the same cases of candidate and baseline. Repeats of a case are one value, so that they do not pass for independent cases.</summary>
/// <param name="Values">By case; the baseline's is null where there is no baseline.</param>
/// <param name="Missing">Why the numbers are incomplete; null where they are whole.</param>
internal sealed record PairedCases(IReadOnlyList<(double Candidate, double? Baseline)> Values, string? Missing)
{
    internal static PairedCases Of(Metric metric, string? segment, IReadOnlyList<CaseResult> candidate, IReadOnlyList<CaseResult>? baseline)
    {
        var now = ById(metric, segment, candidate, slowest: double.PositiveInfinity);
        if (baseline is null)
        {
            var given = now.Values.Where(value => value.Applies).ToList();
            var without = given.Count(value => value.Value is null);
            return new([.. given.Where(value => value.Value is not null).Select(value => (value.Value!.Value, (double?)null))], Lacking(metric, without, "candidate"));
        }

        // A baseline's failed call counts as instant, a candidate's as endless: an error never makes the candidate look better.
        var then = ById(metric, segment, baseline, slowest: 0);
        var unpaired = now.Keys.Concat(then.Keys).Distinct().Count(id => !now.ContainsKey(id) || !then.ContainsKey(id));
        if (unpaired > 0)
            return new(Pairs(), $"{unpaired} {Cases(unpaired)} only on one side. Run both on the same dataset.");
        var (gaps, oldGaps) = (now.Count(row => row.Value is { Applies: true, Value: null } && Applies(row.Key)), then.Count(row => row.Value is { Applies: true, Value: null } && Applies(row.Key)));
        return new(Pairs(), Lacking(metric, gaps, "candidate") ?? Lacking(metric, oldGaps, "baseline"));

        bool Applies(string id) => now[id].Applies && then[id].Applies;

        List<(double, double?)> Pairs() =>
            [.. now.Where(row => then.ContainsKey(row.Key) && Applies(row.Key) && row.Value.Value is not null && then[row.Key].Value is not null)
                .OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => (row.Value.Value!.Value, then[row.Key].Value))];
    }

    /// <summary>A score that a scorer leaves out does not apply to the case when the other side lacks it too; a lone gap is missing data.</summary>
    private static Dictionary<string, (double? Value, bool Applies)> ById(Metric metric, string? segment, IReadOnlyList<CaseResult> cases, double slowest) =>
        cases.Where(result => segment is null || result.Segment == segment).GroupBy(result => result.Id).ToDictionary(repeats => repeats.Key, repeats =>
        {
            var values = repeats.Select(result => metric.IsTime && result.Error is not null ? slowest : metric.ValueOf(result)).ToList();
            var cached = metric.IsTime && repeats.All(result => result.Flags?.Contains("cached") == true);
            double? value = values.Exists(one => one is null) || values.Count == 0 ? null : values.Average();
            return (value, Applies: !cached && (metric.Kind != MetricKind.Score || repeats.Any(result => result.Error is not null || result.Scores.ContainsKey(metric.Name))));
        });

    private static string? Lacking(Metric metric, int count, string side) => count == 0 ? null
        : metric.Kind == MetricKind.Cost ? $"The price of {count} {Cases(count)} of the {side} is unknown. Add it to the price book."
        : $"{count} {Cases(count)} of the {side} {(count == 1 ? "has" : "have")} no {metric.Name}. Run them again.";

    private static string Cases(int count) => count == 1 ? "case" : "cases";
}
