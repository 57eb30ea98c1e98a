using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Checks;

public sealed class NumberDriftTests
{
    private static readonly double[] Residues = [.. Enumerable.Range(0, 3000).Select(i => (double)(i * i % 251))];
    private static readonly double[] Moved = [.. Enumerable.Range(0, 2500).Select(i => (double)(i * i % 251) + (i % 3 == 0 ? 25 : 0))];

    // scipy.stats: ks_2samp for the gap, kstwobign.sf for its limit, ttest_ind(equal_var=False) for the mean in standard errors.
    [Fact]
    public void Both_looks_at_numbers_give_scipys_figures()
    {
        var test = NumberDrift.Between(Residues, Moved, seed: 1);

        var shape = test.Parts.Single(part => part.Method == NumberDrift.Shape);
        Assert.Equal(0.047933333333333335, shape.Value, 1e-12);
        Assert.Equal(0.0037988884595391292, shape.P, 1e-9);
        Assert.Equal(4.27781435034089, test.StandardErrors!.Value, 1e-9);
        Assert.Equal(0.11590767390791921, test.StandardDeviations!.Value, 1e-9);
        Assert.Equal(Verdict.Pass, test.Decide(test.P, 0.05, 0.1)); // real, and too small to matter
    }

    // E17: single values deviate by 100, so "the mean within two standard deviations" lets a shift by 60 pass.
    [Fact]
    public void A_gross_shift_of_the_mean_below_two_deviations_fails()
    {
        var (before, now) = (Bell(500, mean: 0, deviation: 100, seed: 1), Bell(500, mean: 60, deviation: 100, seed: 2));

        var test = NumberDrift.Between(before, now, seed: 1);

        Assert.InRange(test.StandardDeviations!.Value, 0.4, 0.8);
        Assert.True(test.StandardErrors > 3);
        Assert.Equal(Verdict.Fail, test.Decide(test.P, 0.05, 0.1));
    }

    [Fact]
    public void A_spread_that_doubles_around_the_same_mean_fails()
    {
        var test = NumberDrift.Between(Bell(600, 0, 1, seed: 1), Bell(600, 0, 2, seed: 2), seed: 1);

        Assert.Equal(NumberDrift.Shape, test.Method);
        Assert.Equal(Verdict.Fail, test.Decide(test.P, 0.05, 0.1));
    }

    [Theory]
    [InlineData(new double[] { }, new double[] { })]
    [InlineData(new double[] { 1 }, new double[] { 2 })]
    [InlineData(new double[] { 5, 5, 5 }, new double[] { 5, 5, 5 })]
    [InlineData(new[] { 5, 5, 5, double.NaN }, new[] { 7, 7, 7, double.PositiveInfinity })]
    [InlineData(new[] { 1e308, -1e308, 1e308 }, new[] { double.MaxValue, double.MinValue, 0 })]
    [InlineData(new[] { double.Epsilon, 0, 0 }, new[] { 0, 0, -double.Epsilon })]
    public void Hardly_any_or_monstrous_numbers_are_finite_and_undecided(double[] before, double[] now)
    {
        var test = NumberDrift.Between(before, now, seed: 1);

        Assert.All(new[] { test.Value, test.Excess, test.P }, figure => Assert.InRange(figure, 0, 1));
        Assert.True(double.IsFinite(test.StandardErrors ?? 0) && double.IsFinite(test.StandardDeviations ?? 0));
        Assert.Equal(Verdict.Inconclusive, test.Decide(test.P, 0.05, 0.1));
    }

    [Fact]
    public void A_constant_that_changes_is_drift_and_one_that_does_not_is_none()
    {
        var (same, changed) = (NumberDrift.Between(Constant(5), Constant(5), seed: 1), NumberDrift.Between(Constant(5), Constant(6), seed: 1));

        Assert.Equal((Verdict.Pass, Verdict.Fail), (same.Decide(same.P, 0.05, 0.1), changed.Decide(changed.P, 0.05, 0.1)));
    }

    private static double[] Constant(double value) => [.. Enumerable.Repeat(value, 60)];

    /// <summary>Box and Muller's bell curve.</summary>
    private static double[] Bell(int count, double mean, double deviation, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => mean + deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
    }
}
