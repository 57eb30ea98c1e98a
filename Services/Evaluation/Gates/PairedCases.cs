namespace LlmOps.Evaluation;

/// <summary>One metric over the same cases of candidate and baseline. Repeats of a case are one value, so that they do not pass for independent cases.</summary>
/// <param name="Values">By case; the baseline's is null where there is no baseline.</param>
/// <param name="Missing">Why the numbers are incomplete; null where they are whole.</param>
internal sealed record PairedCases(IReadOnlyList<(double Candidate, double? Baseline)> Values, string? Missing)
{
    internal static PairedCases Of(Metric metric, string? segment, IReadOnlyList<CaseResult> candidate, IReadOnlyList<CaseResult>? baseline)
    {
        var now = ById(metric, segment, candidate, failedTime: double.PositiveInfinity, failedScore: 0);
        if (baseline is null)
        {
            var given = now.Values.Where(side => side.State != State.Left).ToList();
            return new([.. from side in given where side.Value is not null select (side.Value!.Value, (double?)null)],
                Lacking(metric, given.Count(side => side.Value is null), "candidate"));
        }

        // A baseline's failed call counts as instant and right, a candidate's as endless and wrong: an error never makes the candidate look better.
        var then = ById(metric, segment, baseline, failedTime: 0, failedScore: 1);
        var unpaired = now.Keys.Concat(then.Keys).Distinct().Count(id => !now.ContainsKey(id) || !then.ContainsKey(id));
        var pairs = (from id in now.Keys where then.ContainsKey(id) && Applies(now[id], then[id]) orderby id select (Now: now[id], Then: then[id])).ToList();
        return new(
            [.. from pair in pairs where pair is { Now.Value: not null, Then.Value: not null } select (pair.Now.Value!.Value, pair.Then.Value)],
            unpaired > 0 ? $"{unpaired} {Cases(unpaired)} only on one side. Run both on the same dataset."
                : Lacking(metric, pairs.Count(pair => pair.Now.Value is null), "candidate") ?? Lacking(metric, pairs.Count(pair => pair.Then.Value is null), "baseline"));

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

    private sealed record Side(State State, double? Value);

    private static Dictionary<string, Side> ById(Metric metric, string? segment, IReadOnlyList<CaseResult> cases, double failedTime, double failedScore) =>
        cases.Where(result => segment is null || result.Segment == segment).GroupBy(result => result.Id).ToDictionary(repeats => repeats.Key, repeats =>
        {
            var values = repeats.Select(result => result.Error is null ? metric.ValueOf(result)
                : metric.IsTime ? failedTime : metric.Kind == MetricKind.Score ? failedScore : metric.ValueOf(result)).ToList();
            var state = repeats.Any(result => result.Error is not null) ? State.Failed
                : metric.IsTime && repeats.All(result => result.Flags?.Contains("cached") == true) ? State.Left
                : metric.Kind == MetricKind.Score && repeats.All(result => !result.Scores.ContainsKey(metric.Name)) ? State.Left
                : State.Answered;
            return new Side(state, values.Contains(null) ? null : values.Average());
        });

    private static string? Lacking(Metric metric, int count, string side) => count == 0 ? null
        : metric.Kind == MetricKind.Cost ? $"The price of {count} {Cases(count)} of the {side} is unknown. Add it to the price book."
        : $"{count} {Cases(count)} of the {side} {(count == 1 ? "has" : "have")} no {metric.Name}. Run them again.";

    private static string Cases(int count) => count == 1 ? "case" : "cases";
}
