namespace LlmOps.Evaluation;

/// <summary>Logistic regression over <see cref="GroundednessFeatures"/>. The weights are those that `dotnet run --project Benchmarks -- groundedness`
/// prints: fitted on BEGIN (Dziri et al. 2022, CC BY 4.0), both labels alike in weight and its hard rows five times.</summary>
internal static class GroundednessModel
{
    private const double Intercept = -0.576;

    private static readonly double[] Weights =
    [
        1.184,  // worst sentence
        1.275,  // worst clause
        -0.137, // unknown words
        -0.667, // unknown end
        -0.745, // first person
        -0.486, // opinion
        -2.247, // question
        -0.901, // denial
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
