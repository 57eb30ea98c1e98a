namespace LlmOps.Evaluation;

public static class Percentile
{
    /// <summary>Of sorted values by linear interpolation (Hyndman and Fan's type 7); NaN for none.</summary>
    /// <param name="at">0 to 1.</param>
    public static double Of(IReadOnlyList<double> sorted, double at)
    {
        if (sorted.Count == 0)
            return double.NaN;
        var place = Math.Clamp(at, 0, 1) * (sorted.Count - 1);
        var (lower, upper) = (sorted[(int)place], sorted[(int)Math.Ceiling(place)]);
        var (share, gap) = (place - (int)place, upper - lower);
        return lower == upper ? lower // equal ends may both be infinite
            : double.IsInfinity(gap) && double.IsFinite(lower) && double.IsFinite(upper) ? (1 - share) * lower + share * upper // the gap overflows, its ends do not
            : lower + share * gap;
    }
}
