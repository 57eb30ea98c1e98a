using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation;

public sealed class StatisticsTests
{
    private const double Z95 = 1.6448536269514722;

    [Theory] // R: binom.test and prop.test(correct = FALSE), both tails of 2.5 %
    [InlineData(10, 20, 0.2719578, 0.7280422, 0.2992980, 0.7007020)]
    [InlineData(0, 20, 0, 0.16843347, 0, 0.16112516)]
    public void Intervals_of_one_rate_equal_the_tables(long successes, long n, double exactLo, double exactHi, double scoreLo, double scoreHi)
    {
        var exact = Proportion.ClopperPearson(successes, n, 0.025);
        var score = Proportion.Wilson(successes, n, 0.025);

        Assert.Equal(exactLo, exact.Lo, 6);
        Assert.Equal(exactHi, exact.Hi, 6);
        Assert.Equal(scoreLo, score.Lo, 6);
        Assert.Equal(scoreHi, score.Hi, 6);
    }

    [Fact] // G16
    public void Fifty_of_fifty_still_allows_five_point_eight_percent_failures() =>
        Assert.Equal(1 - Math.Pow(0.05, 1.0 / 50), Proportion.ClopperPearson(0, 50, 0.05).Hi, 9);

    [Theory] // G13
    [InlineData(90.2, 150, 1, false)]
    [InlineData(91.8, 150, 1, false)]
    [InlineData(90.0, 150, 1, true)]
    [InlineData(90.7, 150, 1, true)] // 136 of 150
    [InlineData(33.33, 3, 2, true)]
    public void A_percentage_that_is_no_count_is_impossible(double percent, long n, int decimals, bool possible) =>
        Assert.Equal(possible, Proportion.IsPossible((decimal)percent, n, decimals));

    [Theory]
    [InlineData(50)]
    [InlineData(200)]
    public void Without_disagreement_the_score_interval_has_its_closed_form(int n)
    {
        var interval = new PairedRate(0, 0, n).Tango(0.05);

        Assert.Equal(Z95 * Z95 / (n + Z95 * Z95), interval.Hi, 9);
        Assert.Equal(-interval.Hi, interval.Lo, 9);
    }

    [Theory]
    [InlineData(9, 6, 150)]
    [InlineData(0, 7, 80)]
    [InlineData(30, 2, 60)]
    public void At_its_bounds_the_score_statistic_is_the_normal_quantile(int gained, int lost, int n)
    {
        var interval = new PairedRate(gained, lost, n).Tango(0.05);

        Assert.Equal(Z95, Statistic(interval.Lo), 4);
        Assert.Equal(-Z95, Statistic(interval.Hi), 4);

        // Independent of the closed form: the most likely loss rate under the assumed difference, by golden section.
        double Statistic(double assumed)
        {
            var (a, b) = (Math.Max(0, -assumed), (1 - assumed) / 2);
            for (var i = 0; i < 200; i++)
            {
                var (x, y) = (b - (b - a) * 0.6180339887498949, a + (b - a) * 0.6180339887498949);
                (a, b) = LogLikelihood(x) > LogLikelihood(y) ? (a, y) : (x, b);
            }
            var losses = (a + b) / 2;
            return (gained - lost - n * assumed) / Math.Sqrt(n * (2 * losses + assumed - assumed * assumed));

            double LogLikelihood(double losses) => Term(gained, losses + assumed) + Term(lost, losses) + Term(n - gained - lost, 1 - 2 * losses - assumed);
        }

        static double Term(int count, double rate) => count == 0 ? 0 : count * Math.Log(Math.Max(rate, 1e-300));
    }

    [Fact]
    public void At_the_margin_a_false_pass_is_as_rare_as_alpha()
    {
        const int runs = 4000;
        const double alpha = 0.05;
        var random = new Random(7);

        var passes = Enumerable.Range(0, runs).Count(_ =>
        {
            var (gained, lost) = (0, 0);
            for (var i = 0; i < 200; i++)
            {
                var draw = random.NextDouble(); // a true drop of 2 pp with 10 % disagreement
                gained += draw < 0.04 ? 1 : 0;
                lost += draw is >= 0.04 and < 0.10 ? 1 : 0;
            }
            return new PairedRate(gained, lost, 200).Tango(alpha).Lo >= -0.02;
        });

        Assert.InRange(passes / (double)runs, 0, alpha + 3 * Math.Sqrt(alpha * (1 - alpha) / runs));
    }

    /// <summary>Not simulated but summed: all outcomes of 30 pairs, at every rate of losses on a grid.</summary>
    [Theory]
    [InlineData(-0.02)]
    [InlineData(-0.15)]
    public void The_exact_interval_misses_the_truth_no_more_often_than_alpha(double truth)
    {
        const int n = 30;
        const double alpha = 0.05;
        var above = new bool[n + 1, n + 1];
        for (var gained = 0; gained <= n; gained++)
        {
            for (var lost = 0; lost <= n - gained; lost++)
                above[gained, lost] = gained - lost > truth * n && new PairedRate(gained, lost, n).Bounds(alpha).Interval.Lo > truth;
        }

        for (var losses = -truth; losses <= (1 - truth) / 2; losses += 0.01)
        {
            var missed = 0.0;
            for (var gained = 0; gained <= n; gained++)
            {
                for (var lost = 0; lost <= n - gained; lost++)
                    missed += above[gained, lost] ? Chance(gained, lost, losses + truth, losses) : 0;
            }
            Assert.InRange(missed, 0, alpha);
        }

        static double Chance(int gained, int lost, double gains, double losses) =>
            MathNet.Numerics.Distributions.Binomial.PMF(losses, n, lost) * (n == lost ? 1 : MathNet.Numerics.Distributions.Binomial.PMF(Math.Min(1, gains / (1 - losses)), n - lost, gained));
    }

    [Theory]
    [InlineData(9, 6, 150)]
    [InlineData(0, 0, 100)]
    [InlineData(3, 20, 199)]
    public void The_exact_interval_is_a_little_wider_than_the_score_interval(int gained, int lost, int n)
    {
        var (exact, method) = new PairedRate(gained, lost, n).Bounds(0.05);
        var score = new PairedRate(gained, lost, n).Tango(0.05);

        Assert.Equal("exact", method);
        Assert.InRange(exact.Lo, score.Lo - 0.03, score.Lo + 0.002);
        Assert.InRange(exact.Hi, score.Hi - 0.002, score.Hi + 0.03);
    }

    [Fact]
    public void McNemars_p_value_is_the_binomial_tail()
    {
        Assert.Equal(56 / 1024.0, new PairedRate(8, 2, 100).McNemar(), 12);
        Assert.Equal(1, new PairedRate(0, 0, 100).McNemar());
        Assert.Equal(1, new PairedRate(0, 5, 100).McNemar(), 12);
    }

    [Theory] // G14
    [InlineData(0.02, 310)]
    [InlineData(0.05, 773)]
    [InlineData(0.08, 1237)]
    [InlineData(0.10, 1546)]
    public void Proving_two_points_needs_the_published_pairs(double disagreement, long pairs)
    {
        Assert.Equal(pairs, Power.Pairs(0.02, disagreement));
        Assert.InRange(Power.Detectable(pairs, disagreement), 0.0199, 0.02);
    }

    [Theory] // G15
    [InlineData(50, 0.036)]
    [InlineData(100, 0.086)]
    [InlineData(150, 0.132)]
    [InlineData(200, 0.169)]
    [InlineData(500, 0.359)]
    [InlineData(1000, 0.603)]
    public void The_chance_to_see_a_real_drop_is_the_published_one(int pairs, double power) =>
        Assert.Equal(power, Power.OfMcNemar(pairs, drop: 0.02, disagreement: 0.10), 3);

    [Fact] // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    public void Holms_adjustment_equals_the_table() =>
        Assert.Equal([0.03, 0.06, 0.06, 0.02], Holm.Adjust([0.01, 0.04, 0.03, 0.005]).Select(p => Math.Round(p, 12)));

    [Fact] // numpy.percentile's default
    public void A_percentile_is_interpolated()
    {
        Assert.Equal(9.55, Percentile.Of([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95), 12);
        Assert.Equal(3, Percentile.Of([3], 0.99));
        Assert.Equal(0, Percentile.Of([-1.7e308, 1.7e308], 0.5));
        Assert.True(double.IsNaN(Percentile.Of([], 0.5)));
    }

    [Fact]
    public void The_bootstrap_repeats_itself_and_agrees_with_the_normal_interval()
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, 400).Select(_ => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6).ToList(); // nearly normal, variance 1
        var mean = values.Average();
        var error = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)) / Math.Sqrt(values.Count);

        var interval = Bootstrap.OfMean(values, 0.05, seed: 1);

        Assert.Equal(interval, Bootstrap.OfMean(values, 0.05, seed: 1));
        Assert.InRange(interval.Lo, mean - (Z95 + 0.2) * error, mean - (Z95 - 0.2) * error);
        Assert.InRange(interval.Hi, mean + (Z95 - 0.2) * error, mean + (Z95 + 0.2) * error);
    }

    [Fact]
    public void The_bootstrap_of_a_skewed_mean_leans_to_the_long_tail()
    {
        var random = new Random(5);
        var values = Enumerable.Range(0, 60).Select(_ => -Math.Log(1 - random.NextDouble())).ToList();
        var mean = values.Average();

        var interval = Bootstrap.OfMean(values, 0.05, seed: 1);

        Assert.True(interval.Hi - mean > mean - interval.Lo);
    }
}
