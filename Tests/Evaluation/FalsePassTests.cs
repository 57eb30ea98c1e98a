using LlmOps.Evaluation;
using MathNet.Numerics.Distributions;

namespace LlmOps.Tests.Evaluation;

/// <summary>A candidate exactly as much worse as the margin passes no more often than alpha allows.</summary>
public sealed class FalsePassTests
{
    private const double Alpha = 0.05;
    private const int Runs = 10_000;

    [Theory] // feature 2(a): 10,000 runs at the margin of 2 pp
    [InlineData(100, 0.04, 0.06)]
    [InlineData(100, 0.01, 0.03)]
    [InlineData(200, 0.04, 0.06)]
    [InlineData(200, 0.09, 0.11)]
    [InlineData(500, 0.04, 0.06)]
    [InlineData(500, 0.00, 0.02)]
    public void Ten_thousand_runs_at_the_margin_pass_no_more_often_than_alpha(int pairs, double gains, double losses)
    {
        var random = new Random(7);
        var passes = new Dictionary<(int, int), bool>();

        var passed = 0;
        for (var run = 0; run < Runs; run++)
        {
            var (gained, lost) = (0, 0);
            for (var i = 0; i < pairs; i++)
            {
                var draw = random.NextDouble();
                gained += draw < gains ? 1 : 0;
                lost += draw >= gains && draw < gains + losses ? 1 : 0;
            }
            if (!passes.TryGetValue((gained, lost), out var pass))
                passes[(gained, lost)] = pass = new PairedRate(gained, lost, pairs).Bounds(Alpha).Interval.Lo >= gains - losses;
            passed += pass ? 1 : 0;
        }

        Assert.InRange(passed / (double)Runs, 0, Alpha + 3 * Math.Sqrt(Alpha * (1 - Alpha) / Runs));
    }

    /// <summary>Not simulated but summed: for each number of losses the fewest gains that pass, at rates of losses 0.1 pp apart.</summary>
    [Theory]
    [InlineData(20, 0.10)]
    [InlineData(50, 0.02)]
    [InlineData(50, 0.05)]
    [InlineData(100, 0.02)]
    [InlineData(100, 0.05)]
    [InlineData(199, 0.02)]
    [InlineData(199, 0.10)]
    public void The_exact_test_passes_no_more_often_than_alpha_whatever_the_losses(int pairs, double margin)
    {
        var fewest = new int[pairs + 1];
        for (int lost = 0, gained = 0; lost <= pairs; fewest[lost++] = gained)
        {
            while (gained <= pairs - lost && new PairedRate(gained, lost, pairs).Above(-margin) > Alpha)
                gained++;
        }

        var worst = 0.0;
        for (var losses = margin; losses <= Math.Min(0.5, (1 + margin) / 2); losses += 0.001)
        {
            var chance = 0.0;
            for (var lost = 0; lost <= pairs; lost++)
            {
                var weight = Binomial.PMF(losses, pairs, lost);
                if (weight > 1e-12 && fewest[lost] <= pairs - lost)
                    chance += weight * (fewest[lost] == 0 ? 1 : 1 - Binomial.CDF(Math.Max(0, (losses - margin) / (1 - losses)), pairs - lost, fewest[lost] - 1));
            }
            worst = Math.Max(worst, chance);
        }

        Assert.InRange(worst, 0.02, Alpha);
    }

    [Theory]
    [InlineData(9, 6, 150)]
    [InlineData(0, 0, 100)]
    [InlineData(0, 0, 199)]
    [InlineData(3, 20, 199)]
    public void The_exact_interval_and_its_p_value_agree(int gained, int lost, int pairs)
    {
        var pair = new PairedRate(gained, lost, pairs);

        var lower = pair.Bounds(Alpha).Interval.Lo;

        Assert.True(pair.Above(lower) <= Alpha);
        Assert.True(pair.Above(lower + 0.0001) > Alpha);
    }

    [Fact]
    public void A_hundred_pairs_without_a_difference_do_not_prove_two_points()
    {
        Assert.True(new PairedRate(0, 0, 100).Bounds(Alpha).Interval.Lo < -0.02);
        Assert.True(new PairedRate(0, 0, 199).Bounds(Alpha).Interval.Lo > -0.02);
    }
}
