namespace LlmOps.Benchmarks;

internal static class Ranking
{
    /// <summary>Area under the ROC curve: the chance that a true one ranks above a false one, ties half. NaN without both.</summary>
    public static double Auroc(IReadOnlyList<(double Score, bool Is)> scored)
    {
        var (yes, no) = (scored.Count(one => one.Is), scored.Count(one => !one.Is));
        var sum = 0.0;
        var below = 0;
        foreach (var tie in scored.GroupBy(one => one.Score).OrderBy(tie => tie.Key))
        {
            var size = tie.Count();
            sum += tie.Count(one => one.Is) * (below + (size + 1) / 2.0);
            below += size;
        }
        return yes == 0 || no == 0 ? double.NaN : (sum - yes * (yes + 1) / 2.0) / ((double)yes * no);
    }
}
