namespace LlmOps.Evaluation;

/// <summary>What quality costs, in USD per 1,000 requests and percentage point of a score. The averages flatter the dearer side; the decision needs the extra cost of the extra point.</summary>
/// <param name="Baseline">Average: cost over score; null where nothing scored.</param>
/// <param name="Candidate">Average: cost over score; null where nothing scored.</param>
/// <param name="PerPoint">Extra cost over extra score; null where the score did not change.</param>
/// <param name="Interval">Of PerPoint; null where the score may not have changed at all.</param>
public sealed record MarginalCost(string Metric, double? Baseline, double? Candidate, double? PerPoint, Interval? Interval)
{
    /// <summary>Null where a price, a score or the baseline is missing.</summary>
    public static MarginalCost? Of(string metric, IReadOnlyList<CaseResult> candidate, IReadOnlyList<CaseResult> baseline, double alpha)
    {
        var set = new CaseSet(candidate, baseline, size: null);
        var cost = PairedCases.Of(Evaluation.Metric.Of("cost_per_1k_usd"), Target.All, set, relative: true);
        var score = PairedCases.Of(Evaluation.Metric.Of(metric), Target.All, set, relative: true);
        if (cost.Missing is not null || score.Missing is not null || cost.Count != score.Count || cost.Count == 0)
            return null;
        double[] dearer = [.. cost.Candidate.Zip(cost.Baseline!, (now, then) => now - then)];
        double[] better = [.. score.Candidate.Zip(score.Baseline!, (now, then) => 100 * (now - then))];
        return new MarginalCost(metric, Ratio(cost.Baseline!, score.Baseline!, 100), Ratio(cost.Candidate, score.Candidate, 100), Ratio(dearer, better, 1), Fieller.Of(dearer, better, alpha));
    }

    private static double? Ratio(double[] above, double[] below, double scale) => Math.Abs(below.Sum()) > 1e-9 ? above.Sum() / (scale * below.Sum()) : null;
}
