namespace LlmOps.Evaluation;

/// <summary>One comparison of a field against its reference: how far apart, and whether chance alone explains it.</summary>
/// <param name="Method">The statistic behind <paramref name="Value"/>, by name.</param>
/// <param name="Value">Effect size, 0 (the same) to 1.</param>
/// <param name="Excess">What is left of <paramref name="Value"/> when that part is taken off which samples of this size show without any drift.</param>
/// <param name="P">Chance of at least this much without any drift; 1 where nothing could be tested.</param>
/// <param name="Reference">Values in the reference.</param>
/// <param name="Current">Values that were compared with it.</param>
/// <param name="Parts">The tests behind a field that is looked at in several ways; empty for one.</param>
/// <param name="StandardErrors">Shift of the mean in standard errors; numbers only.</param>
/// <param name="StandardDeviations">The same in pooled standard deviations.</param>
public sealed record DriftTest(
    string Method, double Value, double Excess, double P, long Reference, long Current, IReadOnlyList<DriftTest> Parts,
    double? StandardErrors = null, double? StandardDeviations = null)
{
    /// <summary>Fewer values than this on either side decide nothing.</summary>
    public const int MinSamples = 20;

    private const double Certain = 1e-4; // p-values below which there is nothing to choose between

    internal static DriftTest Of(string method, double value, double excess, double p, long reference, long current) =>
        new(method, Unit(value), Unit(excess), Unit(p), reference, current, []);

    /// <summary>Several looks at one field: the most significant speaks, among the certain ones the largest; its p-value is multiplied by their number (Bonferroni).</summary>
    internal static DriftTest Together(params IReadOnlyList<DriftTest> parts)
    {
        var loudest = parts.OrderBy(part => Math.Max(part.P, Certain)).ThenByDescending(part => part.Excess).First();
        return loudest with { P = Unit(loudest.P * parts.Count), Parts = parts };
    }

    /// <summary>Fail: real, and more than <paramref name="most"/> beyond chance. Pass: not more than that. Between them, and on too few values: inconclusive.</summary>
    /// <param name="adjusted">The p-value, adjusted for the other fields tested beside this one.</param>
    public Verdict Decide(double adjusted, double alpha, double most)
    {
        if (Math.Min(Reference, Current) < MinSamples)
            return Verdict.Inconclusive;
        if (Excess <= most)
            return Verdict.Pass;
        return adjusted <= alpha ? Verdict.Fail : Verdict.Inconclusive;
    }

    private static double Unit(double value) => double.IsFinite(value) ? Math.Clamp(value, 0, 1) : 0;
}
