using MathNet.Numerics.Distributions;

namespace LlmOps.Evaluation;

/// <summary>Cohen's kappa, agreement beyond chance: 1 is perfect, 0 is what two independent judges with these rates reach (Cohen 1960).</summary>
public static class Kappa
{
    /// <summary>Null where chance alone explains everything: both gave one and the same label to every row. The interval rests on the large-sample error of
    /// Fleiss, Cohen and Everitt (1969); where that is 0, on the exact bounds of the agreement.</summary>
    public static RateOf? Of(Confusion counts, double alpha)
    {
        double n = counts.N;
        if (counts.N == 0)
            return null;
        var agreement = (counts.TruePass + counts.TrueFail) / n;
        var human = counts.HumanPass / n;
        var judge = (counts.TruePass + counts.FalsePass) / n;
        var chance = human * judge + (1 - human) * (1 - judge);
        if (chance >= 1 - 1e-12)
            return null;
        var kappa = (agreement - chance) / (1 - chance);

        var agreed = counts.TruePass / n * Math.Pow(1 - (human + judge) * (1 - kappa), 2) + counts.TrueFail / n * Math.Pow(1 - (2 - human - judge) * (1 - kappa), 2);
        var differed = Math.Pow(1 - kappa, 2) * (counts.FalseFail / n * Math.Pow(judge + 1 - human, 2) + counts.FalsePass / n * Math.Pow(human + 1 - judge, 2));
        var rest = Math.Pow(kappa - chance * (1 - kappa), 2);
        var variance = Math.Max(0, (agreed + differed - rest) / (n * (1 - chance) * (1 - chance)));
        if (variance < 1e-15)
        {
            var exact = Proportion.ClopperPearson(counts.TruePass + counts.TrueFail, counts.N, alpha / 2);
            return new RateOf(kappa, new Interval((exact.Lo - chance) / (1 - chance), (exact.Hi - chance) / (1 - chance)));
        }
        var half = Normal.InvCDF(0, 1, 1 - alpha / 2) * Math.Sqrt(variance);
        return new RateOf(kappa, new Interval(Math.Max(-1, kappa - half), Math.Min(1, kappa + half)));
    }
}
