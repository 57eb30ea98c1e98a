namespace LlmOps.Evaluation;

/// <summary>How often judge and human said pass or fail, counted over the rows that both judged.</summary>
/// <param name="FalsePass">The judge passed what the human failed.</param>
/// <param name="FalseFail">The judge failed what the human passed.</param>
public sealed record Confusion(int TruePass, int FalsePass, int FalseFail, int TrueFail)
{
    public int N => TruePass + FalsePass + FalseFail + TrueFail;

    public int HumanPass => TruePass + FalseFail;

    public int HumanFail => FalsePass + TrueFail;

    public static Confusion Of(IEnumerable<(bool Human, bool Judge)> pairs)
    {
        var counts = pairs.CountBy(pair => pair).ToDictionary();
        return new Confusion(counts.GetValueOrDefault((true, true)), counts.GetValueOrDefault((false, true)), counts.GetValueOrDefault((true, false)), counts.GetValueOrDefault((false, false)));
    }

    /// <summary>Share of what humans pass that the judge passes; null where humans passed nothing. Wilson interval.</summary>
    /// <param name="alpha">Of both tails together, as for every interval about a judge.</param>
    public RateOf? Sensitivity(double alpha) => RateOf.Counted(TruePass, HumanPass, alpha);

    /// <summary>Share of what humans fail that the judge fails; null where humans failed nothing.</summary>
    public RateOf? Specificity(double alpha) => RateOf.Counted(TrueFail, HumanFail, alpha);
}

/// <summary>A value with its interval.</summary>
public sealed record RateOf(double Value, Interval Interval)
{
    internal static RateOf? Counted(int successes, int n, double alpha) => n == 0 ? null : new RateOf(successes / (double)n, Proportion.Wilson(successes, n, alpha / 2));
}
