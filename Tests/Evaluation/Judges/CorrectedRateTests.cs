using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Judges;

public sealed class CorrectedRateTests
{
    [Fact] // Lang and Reiczigel 2014, reckoned with NumPy
    public void The_interval_is_the_published_one()
    {
        var rate = CorrectedRate.Of(300, 400, new Confusion(90, 18, 10, 42), alpha: 0.05)!;

        Assert.Equal((300 / 400.0 + 0.7 - 1) / (0.9 + 0.7 - 1), rate.Value, 1e-12);
        Assert.Equal(0.635731425, rate.Interval.Lo, 1e-6);
        Assert.Equal(0.868645765, rate.Interval.Hi, 1e-6);
    }

    [Theory]
    [InlineData(0.80, 0.90, 0.70)]
    [InlineData(0.50, 0.85, 0.75)]
    [InlineData(0.95, 0.90, 0.60)]
    [InlineData(0.20, 0.80, 0.90)]
    public void The_corrected_interval_covers_the_truth_and_the_raw_one_does_not(double truth, double sensitivity, double specificity)
    {
        var random = new Random(20261120);
        var (corrected, raw) = (0, 0);
        for (var run = 0; run < 1000; run++)
        {
            var truePass = Drawn(100, sensitivity);
            var trueFail = Drawn(60, specificity);
            var passed = Drawn(400, truth * sensitivity + (1 - truth) * (1 - specificity));

            corrected += Covers(CorrectedRate.Of(passed, 400, new Confusion(truePass, 60 - trueFail, 100 - truePass, trueFail), alpha: 0.05)!.Interval) ? 1 : 0;
            raw += Covers(Proportion.Wilson(passed, 400, 0.025)) ? 1 : 0;
        }

        Assert.InRange(corrected, 930, 1000);
        Assert.InRange(raw, 0, 900);

        int Drawn(int n, double rate) => Enumerable.Range(0, n).Count(_ => random.NextDouble() < rate);
        bool Covers(Interval interval) => interval.Lo <= truth && truth <= interval.Hi;
    }

    [Theory]
    [InlineData(5, 5, 5, 5)]   // a coin
    [InlineData(2, 8, 8, 2)]   // worse than a coin
    [InlineData(10, 0, 2, 0)]  // no row that humans fail
    public void A_judge_that_tells_nothing_corrects_nothing(int truePass, int falsePass, int falseFail, int trueFail) =>
        Assert.Null(CorrectedRate.Of(30, 50, new Confusion(truePass, falsePass, falseFail, trueFail), alpha: 0.05));
}
