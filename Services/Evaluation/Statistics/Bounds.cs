using MathNet.Numerics.Distributions;

namespace LlmOps.Evaluation;

/// <summary>Where a number lies, and how surely it lies beyond another. Each tail of the interval holds at most (about) alpha.</summary>
/// <param name="Method">The statistic used, by name.</param>
/// <param name="Below">p-value of "the truth is at least this": small where it is below.</param>
/// <param name="Above">p-value of "the truth is at most this": small where it is above.</param>
public sealed record Bounds(Interval Interval, string Method, Func<double, double> Below, Func<double, double> Above)
{
    public static Bounds Of(PairedRate pairs, double alpha)
    {
        var (interval, method) = pairs.Bounds(alpha);
        return new(interval, method, pairs.Below, pairs.Above);
    }

    /// <summary>Of one rate; exact.</summary>
    public static Bounds OfRate(int successes, int n, double alpha) => new(
        Proportion.ClopperPearson(successes, n, alpha), "clopper-pearson",
        rate => rate >= 1 ? successes < n ? 0 : 1 : Binomial.CDF(Math.Max(0, rate), n, successes),
        rate => successes == 0 || rate >= 1 ? 1 : rate <= 0 ? 0 : 1 - Binomial.CDF(rate, n, successes - 1));

    /// <summary>Of the mean of scores that are all one value: cases unlike them may still be as bad or as good as can be.</summary>
    public static Bounds OfEqual(double value, int n, double alpha)
    {
        var unlike = OfRate(0, n, alpha);
        return new(
            new Interval(value * (1 - unlike.Interval.Hi), value + (1 - value) * unlike.Interval.Hi), unlike.Method,
            mean => mean <= value ? 1 : unlike.Below((mean - value) / (1 - value)),
            mean => mean >= value ? 1 : unlike.Below((value - mean) / value));
    }

    /// <summary>The same, seen from <paramref name="origin"/>.</summary>
    internal Bounds From(double origin) => new(
        new Interval(Interval.Lo - origin, Interval.Hi - origin), Method, value => Below(value + origin), value => Above(value + origin));

    /// <summary>As careful as the more careful of the two.</summary>
    internal Bounds Or(Bounds other) => new(
        new Interval(Math.Min(Interval.Lo, other.Interval.Lo), Math.Max(Interval.Hi, other.Interval.Hi)), Method,
        value => Math.Max(Below(value), other.Below(value)), value => Math.Max(Above(value), other.Above(value)));
}
