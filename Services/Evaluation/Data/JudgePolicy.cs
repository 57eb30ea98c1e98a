namespace LlmOps.Evaluation;

/// <summary>What a judge must have shown before a gate that decides may rest on it.</summary>
/// <param name="Required">Whether it must be calibrated at all.</param>
/// <param name="MinKappa">Of the lower bound of its agreement with humans, 0 to 1.</param>
public sealed record JudgePolicy(bool Required, double MinKappa)
{
    public static JudgePolicy Default { get; } = new(true, JudgeCalibration.DefaultMinimum);

    internal static JudgePolicy Read(YamlMap map)
    {
        var judges = new JudgePolicy(map.Flag("required") ?? Default.Required, map.Number("min_kappa", 0, 1) ?? Default.MinKappa);
        map.Close();
        return judges;
    }
}
