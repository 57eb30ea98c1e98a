namespace LlmOps.Evaluation;

/// <summary>A dataset that nobody may learn from: it answers so many questions in a time, and says nothing about single cases.</summary>
/// <param name="Dataset">Its name.</param>
/// <param name="Queries">1 to 1,000 in each period.</param>
/// <param name="Period">Above 0.</param>
public sealed record HoldoutPolicy(string Dataset, int Queries, TimeSpan Period)
{
    private const int UsualQueries = 4;

    private static readonly TimeSpan UsualPeriod = TimeSpan.FromDays(30);

    internal static HoldoutPolicy Read(YamlMap map)
    {
        var holdout = new HoldoutPolicy(map.Text("dataset", required: true) ?? "", map.Whole("queries", 1, 1000) ?? UsualQueries, map.Duration("period") ?? UsualPeriod);
        if (holdout.Period <= TimeSpan.Zero)
            map.Problem(map.LineOf("period"), "out-of-range", "holdout.period is 0, so no question would ever be counted. Write a time such as 30d.");
        map.Close();
        return holdout;
    }
}
