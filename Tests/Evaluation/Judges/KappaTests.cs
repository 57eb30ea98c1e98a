using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Judges;

public sealed class KappaTests
{
    [Theory] // value: scikit-learn's cohen_kappa_score; interval: delta method on the four shares, differentiated numerically
    [InlineData(20, 5, 10, 15, 0.400000000, 0.151092290, 0.648907710)]
    [InlineData(45, 15, 25, 15, 0.130434783, -0.062938278, 0.323807843)]
    [InlineData(25, 35, 5, 35, 0.259259259, 0.108028964, 0.410489555)]
    [InlineData(118, 5, 2, 0, -0.023391813, -0.047473413, 0.000689788)]
    [InlineData(88, 10, 14, 88, 0.760095962, 0.670129744, 0.850062179)]
    public void Kappa_and_its_interval_equal_independent_figures(int truePass, int falsePass, int falseFail, int trueFail, double kappa, double lo, double hi)
    {
        var found = Kappa.Of(new Confusion(truePass, falsePass, falseFail, trueFail), alpha: 0.05)!;

        Assert.Equal(kappa, found.Value, 1e-6);
        Assert.Equal(lo, found.Interval.Lo, 1e-6);
        Assert.Equal(hi, found.Interval.Hi, 1e-6);
    }

    [Fact]
    public void A_few_rows_without_disagreement_are_no_certainty()
    {
        var found = Kappa.Of(new Confusion(5, 0, 0, 5), alpha: 0.05)!;

        Assert.Equal(1, found.Value);
        Assert.Equal((0.6915029 - 0.5) / 0.5, found.Interval.Lo, 1e-6); // Clopper-Pearson's lower bound of 10 in 10: 0.025^(1/10)
        Assert.Equal(1, found.Interval.Hi, 1e-9);
    }

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(40, 0, 0, 0)]
    public void Where_all_labels_are_one_there_is_no_agreement_to_measure(int truePass, int falsePass, int falseFail, int trueFail) =>
        Assert.Null(Kappa.Of(new Confusion(truePass, falsePass, falseFail, trueFail), alpha: 0.05));
}
