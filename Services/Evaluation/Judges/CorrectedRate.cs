using MathNet.Numerics.Distributions;

namespace LlmOps.Evaluation;

/// <summary>The rate at which humans would pass what a judge has graded, corrected for how often that judge is wrong.</summary>
public static class CorrectedRate
{
    /// <summary>Rogan and Gladen (1978) with the interval of Lang and Reiczigel (2014), which counts both samples; 0 to 1.
    /// Null where the judge is no better than a coin or one of the two labels is missing: nothing can be corrected then.</summary>
    /// <param name="passed">Of <paramref name="n"/> rows that only the judge graded.</param>
    /// <param name="known">The judge against humans, on other rows.</param>
    public static RateOf? Of(int passed, int n, Confusion known, double alpha)
    {
        if (n == 0 || known.HumanPass == 0 || known.HumanFail == 0)
            return null;
        var better = known.TruePass / (double)known.HumanPass + known.TrueFail / (double)known.HumanFail - 1;
        if (better <= 0)
            return null;
        var value = Math.Clamp((passed / (double)n + known.TrueFail / (double)known.HumanFail - 1) / better, 0, 1);

        var z = Normal.InvCDF(0, 1, 1 - alpha / 2);
        var (rows, passes, fails) = (n + z * z, known.HumanPass + 2.0, known.HumanFail + 2.0);
        var observed = (passed + z * z / 2) / rows;
        var sensitivity = (known.TruePass + 1) / passes;
        var specificity = (known.TrueFail + 1) / fails;
        var informed = sensitivity + specificity - 1;
        if (informed <= 0)
            return null;
        var rate = (observed + specificity - 1) / informed;
        var (ofPasses, ofFails) = (sensitivity * (1 - sensitivity) / passes, specificity * (1 - specificity) / fails);
        var middle = rate + 2 * z * z * (rate * ofPasses - (1 - rate) * ofFails);
        var half = z * Math.Sqrt(observed * (1 - observed) / rows + rate * rate * ofPasses + (1 - rate) * (1 - rate) * ofFails) / informed;
        return new RateOf(value, new Interval(Math.Clamp(middle - half, 0, 1), Math.Clamp(middle + half, 0, 1)));
    }
}
