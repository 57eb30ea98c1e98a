namespace LlmOps.Evaluation;

/// <summary>Bootstrap over cases (Efron 1987), the same for the same seed. Whole cases or clusters of them are drawn, so that pairs and repeats stay together.</summary>
public static class Bootstrap
{
    public const int Draws = 4000;

    private const int MaxJackknife = 1000; // leaving each case out in turn is quadratic, and the skewness it measures vanishes with n

    /// <summary>Interval of any statistic of n cases; each tail holds about <paramref name="alpha"/>.</summary>
    /// <param name="statistic">Of the cases with these indexes; NaN where a draw gives none.</param>
    public static Interval Of(int n, Func<int[], double> statistic, double alpha, int seed, int draws = Draws)
    {
        var random = new Draw(seed);
        var values = new List<double>(draws);
        var drawn = new int[n];
        for (var i = 0; i < draws; i++)
        {
            for (var j = 0; j < n; j++)
                drawn[j] = random.Below(n);
            if (statistic(drawn) is var value && !double.IsNaN(value))
                values.Add(value);
        }
        var left = n > MaxJackknife ? [] : Enumerable.Range(0, n).Select(leftOut => statistic([.. Enumerable.Range(0, n).Where(j => j != leftOut)])).ToArray();
        var mean = left.DefaultIfEmpty(0).Average();
        return new Resampled([.. values], statistic([.. Enumerable.Range(0, n)]), Resampled.Skew(left, value => mean - value)).Interval(alpha);
    }

    /// <summary>Interval of the mean.</summary>
    public static Interval OfMean(IReadOnlyList<double> values, double alpha, int seed) =>
        OfRatio([.. values], [.. Enumerable.Repeat(1.0, values.Count)], seed).Interval(alpha);

    /// <summary>Of Σ above / Σ below over drawn units: a mean where every unit below counts 1, a mean over clusters where it counts their cases, a relative change where it is the baseline's value.</summary>
    public static Resampled OfRatio(double[] above, double[] below, int seed)
    {
        var n = above.Length;
        var random = new Draw(seed);
        var values = new double[Draws];
        var weights = Array.TrueForAll(below, value => value == below[0]) ? null : below;
        for (var i = 0; i < Draws; i++)
        {
            var (sum, count) = (0.0, 0.0);
            if (weights is null)
            {
                for (var j = 0; j < n; j++)
                    sum += above[random.Below(n)];
                count = n * below[0];
            }
            else
            {
                for (var j = 0; j < n; j++)
                {
                    var unit = random.Below(n);
                    sum += above[unit];
                    count += weights[unit];
                }
            }
            values[i] = sum / count;
        }
        var ratio = above.Sum() / below.Sum();
        var influence = Enumerable.Range(0, n).Select(i => above[i] - ratio * below[i]).ToArray();
        return new Resampled(values, ratio, Resampled.Skew(influence, value => value));
    }

    /// <summary>Of a quantile of the candidate and the same of the baseline, put together by <paramref name="combine"/>. Plain percentiles: a quantile has no smooth skewness to correct for.</summary>
    /// <param name="cluster">Of each case, 0 to clusters − 1; null where each case stands alone.</param>
    public static Resampled OfQuantiles(double[] candidate, double[] baseline, double at, Func<double, double, double> combine, int seed, int[]? cluster = null)
    {
        var n = candidate.Length;
        var units = cluster is null ? n : cluster.Max() + 1;
        var (now, then) = (Ordered(candidate), Ordered(baseline));
        var random = new Draw(seed);
        var (values, times) = (new double[Draws], new int[units]);
        for (var i = 0; i < Draws; i++)
        {
            Array.Clear(times);
            for (var j = 0; j < units; j++)
                times[random.Below(units)]++;
            values[i] = combine(now(times), then(times));
        }
        return new Resampled(values, estimate: null, skew: 0);

        // Sorted once; each draw only counts its way up to the place.
        Func<int[], double> Ordered(double[] side)
        {
            var sorted = (double[])side.Clone();
            var unit = Enumerable.Range(0, n).ToArray();
            Array.Sort(sorted, unit);
            if (cluster is not null)
                unit = Array.ConvertAll(unit, i => cluster[i]);
            return times =>
            {
                var size = n;
                if (cluster is not null)
                {
                    size = 0;
                    foreach (var one in unit)
                        size += times[one];
                }
                var place = at * (size - 1);
                var (lower, upper) = ((int)place, (int)Math.Ceiling(place));
                var (passed, i) = (0, -1);
                while (passed <= lower)
                    passed += times[unit[++i]];
                var low = sorted[i];
                while (passed <= upper)
                    passed += times[unit[++i]];
                return low == sorted[i] ? low : low + (place - lower) * (sorted[i] - low);
            };
        }
    }
}
