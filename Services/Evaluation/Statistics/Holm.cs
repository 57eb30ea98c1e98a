namespace LlmOps.Evaluation;

/// <summary>Several tests at once (Holm 1979): the chance of even one false finding stays at the level of each.</summary>
public static class Holm
{
    /// <summary>Adjusted p-values, in the order given.</summary>
    public static IReadOnlyList<double> Adjust(IReadOnlyList<double> p)
    {
        var adjusted = new double[p.Count];
        var most = 0.0;
        foreach (var (rank, index) in Enumerable.Range(0, p.Count).OrderBy(i => p[i]).Index())
            adjusted[index] = most = Math.Max(most, Math.Min(1, (p.Count - rank) * p[index]));
        return adjusted;
    }
}
