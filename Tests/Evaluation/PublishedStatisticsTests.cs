using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation;

/// <summary>Values that others published or computed another way.</summary>
public sealed class PublishedStatisticsTests
{
    [Theory]
    [InlineData(1, 7, 21, 0.025, -0.5172322773, -0.0260030322)] // airway reactivity, Fagerland, Lydersen and Laake 2014: -0.517 to -0.026
    [InlineData(6, 16, 161, 0.025, -0.1240234325, -0.0054333953)] // complete response, the same paper
    [InlineData(9, 6, 250, 0.05, -0.0145909669, 0.0400494502)] // SciPy: brentq over the score with the likelihood maximised numerically
    [InlineData(20, 30, 500, 0.05, -0.0440499789, 0.0033413295)]
    [InlineData(3, 8, 300, 0.025, -0.0430875137, 0.0059241407)]
    [InlineData(1, 9, 200, 0.025, -0.0790316930, -0.0114220938)]
    public void Tangos_interval_equals_the_published_one(int gained, int lost, int pairs, double alpha, double lo, double hi)
    {
        var interval = new PairedRate(gained, lost, pairs).Tango(alpha);

        Assert.Equal(lo, interval.Lo, 6);
        Assert.Equal(hi, interval.Hi, 6);
    }

    [Theory] // SciPy: norm.sf of the same score
    [InlineData(9, 6, 250, 0.0264530428)]
    [InlineData(20, 30, 500, 0.5)]
    [InlineData(3, 8, 300, 0.3834825034)]
    public void The_p_value_of_two_points_worse_equals_SciPys(int gained, int lost, int pairs, double p) =>
        Assert.Equal(p, new PairedRate(gained, lost, pairs).Above(-0.02), 6);

    [Theory] // NumPy: every outcome of the trinomial summed at 4,001 rates of losses
    [InlineData(4, 1, 30, -0.10, 0.0108975284)]
    [InlineData(2, 0, 40, -0.05, 0.0187947202)]
    [InlineData(9, 6, 150, -0.02, 0.0690482998)]
    [InlineData(0, 0, 100, -0.02, 0.1326295559)]
    [InlineData(3, 3, 100, -0.05, 0.0441468231)]
    public void The_exact_p_value_equals_the_whole_sum(int gained, int lost, int pairs, double bound, double p) =>
        Assert.Equal(p, new PairedRate(gained, lost, pairs).Above(bound), 0.000002);

    [Theory]
    [InlineData(9, 6, 150)]
    [InlineData(3, 40, 300)]
    public void Worse_is_better_with_the_sides_exchanged(int gained, int lost, int pairs) =>
        Assert.Equal(new PairedRate(gained, lost, pairs).Above(0.03), new PairedRate(lost, gained, pairs).Below(-0.03), 12);

    [Theory] // Newcombe 1998, table I, methods 3 and 5
    [InlineData(81, 263, 0.2552885199, 0.3662095770, 0.2527367456, 0.3676219226)]
    [InlineData(15, 148, 0.0623863995, 0.1604872417, 0.0578440101, 0.1616504903)]
    [InlineData(0, 20, 0, 0.1611251581, 0, 0.1684334710)]
    [InlineData(1, 29, 0.0061132143, 0.1717552188, 0.0008726469, 0.1776442955)]
    public void Wilson_and_Clopper_Pearson_equal_Newcombes_table(long successes, long n, double scoreLo, double scoreHi, double exactLo, double exactHi)
    {
        var (score, exact) = (Proportion.Wilson(successes, n, 0.025), Proportion.ClopperPearson(successes, n, 0.025));

        Assert.Equal((scoreLo, scoreHi), (score.Lo, score.Hi), Close);
        Assert.Equal((exactLo, exactHi), (exact.Lo, exact.Hi), Close);
    }

    [Fact] // SciPy: binomtest(172, 200, 0.85, 'greater') and binomtest(140, 200, 0.85, 'less')
    public void The_p_values_of_a_rate_equal_SciPys()
    {
        Assert.Equal(0.3914173334, Bounds.OfRate(172, 200, 0.05).Above(0.85), 9);
        Assert.Equal(5.660930e-8, Bounds.OfRate(140, 200, 0.05).Below(0.85), 12);
    }

    [Theory] // SciPy: the first and last order statistics that binom.cdf allows
    [InlineData(0.50, 100, 42, 59)]
    [InlineData(0.95, 100, 91, 99)]
    [InlineData(0.95, 300, 279, 292)]
    [InlineData(0.99, 299, 293, 299)]
    [InlineData(0.99, 500, 491, 499)]
    public void A_quantile_lies_between_the_order_statistics_of_the_binomial(double at, int n, double lo, double hi)
    {
        var bounds = Quantile.Of([.. Enumerable.Range(1, n).Select(i => (double)i)], at, 0.05);

        Assert.Equal(new Interval(lo, hi), bounds.Interval);
    }

    [Fact]
    public void The_99th_percentile_takes_299_values()
    {
        Assert.Equal(299, Quantile.Needed(0.99, 0.05));
        Assert.Equal(59, Quantile.Needed(0.95, 0.05));
        Assert.True(double.IsPositiveInfinity(Quantile.Of([.. Enumerable.Range(1, 298).Select(i => (double)i)], 0.99, 0.05).Interval.Hi));
    }

    [Fact] // SciPy: binomtest(14, 20, alternative='greater')
    public void The_sign_test_equals_SciPys() => Assert.Equal(0.057659149169921875, Superiority.Sign(14, 6), 12);

    [Fact] // SciPy: permutation_test(permutation_type='samples', n_resamples=inf) of the sum
    public void The_permutation_test_counts_every_way_to_sign_few_differences() =>
        Assert.Equal(0.068359375, Superiority.Permutation([0.3, -0.1, 0.25, 0.4, -0.05, 0.1, 0.2, 0.0, 0.15, -0.2], seed: 1), 12);

    [Fact]
    public void The_permutation_test_of_many_differences_is_drawn_and_agrees_with_the_normal()
    {
        var random = new Random(2);
        var differences = Enumerable.Range(0, 300).Select(_ => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6 + 0.1).ToList();
        var z = differences.Sum() / Math.Sqrt(differences.Sum(difference => difference * difference));

        var p = Superiority.Permutation(differences, seed: 1);

        Assert.Equal(p, Superiority.Permutation(differences, seed: 1));
        Assert.Equal(1 - MathNet.Numerics.Distributions.Normal.CDF(0, 1, z), p, 0.02);
    }

    [Fact] // the spatial data A of Efron and Tibshirani 1993, table 14.1; SciPy: bootstrap(method='BCa', n_resamples=400,000)
    public void The_bootstrap_agrees_with_SciPys_BCa()
    {
        double[] scores = [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41];

        var mean = Bootstrap.OfMean(scores, 0.05, seed: 1);
        var variance = Bootstrap.Of(scores.Length, drawn => Variance([.. drawn.Select(i => scores[i])]), 0.05, seed: 1, draws: 20_000);

        Assert.Equal((25.077, 33.577), (mean.Lo, mean.Hi), Within(0.4));
        Assert.Equal((115.5, 261.1), (variance.Lo, variance.Hi), Within(3));

        static double Variance(double[] values) => values.Sum(value => Math.Pow(value - values.Average(), 2)) / values.Length;
    }

    [Fact]
    public void The_two_ways_to_draw_a_mean_agree()
    {
        var random = new Random(4);
        double[] values = [.. Enumerable.Range(0, 80).Select(_ => -Math.Log(1 - random.NextDouble()))];

        var fast = Bootstrap.OfRatio(values, [.. values.Select(_ => 1.0)], seed: 3).Interval(0.05);
        var general = Bootstrap.Of(values.Length, drawn => drawn.Average(i => values[i]), 0.05, seed: 3);

        Assert.Equal((general.Lo, general.Hi), (fast.Lo, fast.Hi), Within(1e-9));
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.01)]
    public void The_p_value_of_a_drawn_bound_is_its_level(double alpha)
    {
        var random = new Random(6);
        double[] values = [.. Enumerable.Range(0, 60).Select(_ => -Math.Log(1 - random.NextDouble()))];
        var drawn = Bootstrap.OfRatio(values, [.. values.Select(_ => 1.0)], seed: 3);

        var interval = drawn.Interval(alpha);

        Assert.Equal(alpha, drawn.Above(interval.Lo), 0.002);
        Assert.Equal(alpha, drawn.Below(interval.Hi), 0.002);
    }

    [Fact] // SciPy: the ratios at which the paired t statistic reaches its quantile; the ratio is that of G6
    public void Fiellers_interval_holds_the_marginal_cost()
    {
        double[] cost = [1.2, 1.6, 1.4, 1.5, 1.3, 1.4, 1.7, 1.1];
        double[] points = [1.1, 1.5, 1.2, 1.6, 1.2, 1.4, 1.5, 0.9];

        var interval = Fieller.Of(cost, points, 0.05)!;

        Assert.Equal((1.0203969289, 1.1435214450), (interval.Lo, interval.Hi), Close);
        Assert.Null(Fieller.Of(cost, [1, -1, 1, -1, 1, -1, 1, -1], 0.05)); // a gain of nothing has no price
    }

    [Theory] // G13
    [InlineData(0.902, 150, false)]
    [InlineData(0.918, 150, false)]
    [InlineData(0.9, 150, true)]
    [InlineData(0.3333333333333333, 3, true)]
    public void An_unrounded_rate_is_a_count(double rate, long n, bool possible) => Assert.Equal(possible, Proportion.IsPossible(rate, n));

    private static bool Close((double, double) a, (double, double) b) => Within(1e-6)(a, b);

    private static Func<(double, double), (double, double), bool> Within(double tolerance) =>
        (a, b) => Math.Abs(a.Item1 - b.Item1) <= tolerance && Math.Abs(a.Item2 - b.Item2) <= tolerance;
}
