using System.Globalization;

namespace LlmOps.Evaluation;

/// <summary>How well the first k retrieved ids (10 unless set) hold and order the expected ids, each relevant or not, 0 to 1. ndcg: gains over log2(rank + 1) against the ideal order (Järvelin, Kekäläinen 2002);
/// recall and precision at k; mrr: 1 / rank of the first relevant; map: mean precision at the relevant ranks, over all relevant. As trec_eval reckons them; an id that comes twice counts once.</summary>
internal sealed class RankingScorer(SuiteScorer settings) : Scorer(settings, threshold: 0.5)
{
    internal static readonly IReadOnlyList<string> Metrics = ["ndcg", "recall", "precision", "mrr", "map"];

    private const int DefaultDepth = 10;

    public override Score Score(ScoredCase answered)
    {
        var relevant = References(answered).ToHashSet();
        if (relevant.Count == 0)
            return Evaluation.Score.Missing("The case expects no ids.");
        if (answered.Retrieved is not { } retrieved)
            return Evaluation.Score.Missing("The case does not say what was retrieved.");
        var (metric, k) = (Settings.Metric ?? Metrics[0], Settings.K ?? DefaultDepth);
        var ranks = retrieved.Distinct().Take(k).Index().Where(hit => relevant.Contains(hit.Item)).Select(hit => hit.Index + 1).ToList();
        var value = metric switch
        {
            "recall" => ranks.Count / (double)relevant.Count,
            "precision" => ranks.Count / (double)k,
            "mrr" => ranks.Count > 0 ? 1.0 / ranks[0] : 0,
            "map" => ranks.Index().Sum(hit => (hit.Index + 1) / (double)hit.Item) / relevant.Count,
            _ => Gain(ranks) / Gain(Enumerable.Range(1, Math.Min(k, relevant.Count))),
        };
        return Evaluation.Score.Of(value, Threshold, string.Create(CultureInfo.InvariantCulture, $"{metric}@{k} {value:0.###}: {ranks.Count} of {relevant.Count} found"));
    }

    private static double Gain(IEnumerable<int> ranks) => ranks.Sum(rank => 1 / Math.Log2(rank + 1));
}
