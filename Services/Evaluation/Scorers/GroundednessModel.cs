namespace LlmOps.Evaluation;

/// <summary>Logistic regression over <see cref="GroundednessFeatures"/>. The weights are those that `dotnet run --project Benchmarks -- groundedness`
/// prints: fitted on BEGIN (Dziri et al. 2022, CC BY 4.0), both labels alike in weight and its hard rows five times.</summary>
internal static class GroundednessModel
{
    private const double Intercept = -0.578;

    private static readonly double[] Weights =
    [
        1.188,  // worst sentence
        1.273,  // worst clause
        -0.136, // unknown words
        -0.668, // unknown end
        -0.744, // first person
        -0.482, // opinion
        -2.248, // question
        -0.902, // denial
    ];

    private static readonly double Most = Chance(GroundednessFeatures.Copy);

    /// <summary>0 to 1: the chance, but what lies above an even one is stretched so that an answer copied from its context has 1.</summary>
    internal static double Score(GroundednessFeatures features)
    {
        var chance = Chance(features);
        return chance <= 0.5 ? chance : Math.Min(1, 0.5 + 0.5 * (chance - 0.5) / (Most - 0.5));
    }

    private static double Chance(GroundednessFeatures features) => 1 / (1 + Math.Exp(-Intercept - features.Values().Zip(Weights, (value, weight) => value * weight).Sum()));
}
