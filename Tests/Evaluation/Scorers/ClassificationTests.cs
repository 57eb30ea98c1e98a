using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Scorers;

public sealed class ClassificationTests
{
    private static readonly string[] Expected = ["a", "a", "a", "b", "b", "c", "c", "c", "c", "b"];
    private static readonly string[] Predicted = ["a", "b", "a", "b", "c", "b", "c", "b", "c", "b"];
    private static readonly double[] Confidence = [0.9, 0.6, 0.8, 0.55, 0.7, 1.0, 0.95, 0.4, 0.05, 0.3];

    [Fact] // values of scikit-learn; ECE by the published formula
    public void Figures_over_many_answers_are_those_of_scikit_learn()
    {
        var figures = Classification.Of([.. Expected.Zip(Predicted, Confidence).Select(row => new LabelPair(row.First, row.Second, row.Third))])!;

        Assert.Equal((10, 0.6), (figures.Cases, figures.Accuracy));
        Assert.Equal([1, 0.4, 2 / 3.0], figures.Labels.Select(label => label.Precision), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal([2 / 3.0, 2 / 3.0, 0.5], figures.Labels.Select(label => label.Recall), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal([0.8, 0.5, 4 / 7.0], figures.Labels.Select(label => label.F1), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal((0.6888888889, 0.6111111111, 0.6238095238), (Math.Round(figures.MacroPrecision, 10), Math.Round(figures.MacroRecall, 10), Math.Round(figures.MacroF1, 10)));
        Assert.Equal((0.415, 0.36575), (Math.Round(figures.Ece!.Value, 10), Math.Round(figures.Brier!.Value, 10)));
        Assert.Equal([("a", "a", 2), ("a", "b", 1), ("b", "b", 2), ("b", "c", 1), ("c", "b", 2), ("c", "c", 2)], figures.Confusion.Select(cell => (cell.Expected, cell.Predicted!, cell.Count)));
    }

    [Fact]
    public void An_answer_without_a_label_stays_in_every_denominator()
    {
        var figures = Classification.Of([new("a", "a"), new("a", null), new("b", null)])!;

        Assert.Equal((3, 1 / 3.0), (figures.Cases, figures.Accuracy));
        Assert.Equal([0.5, 0], figures.Labels.Select(label => label.Recall));
        Assert.Null(figures.Ece);
        Assert.Contains(new ConfusionCell("b", null, 1), figures.Confusion);
    }

    [Fact]
    public void No_cases_have_no_figures() => Assert.Null(Classification.Of([]));

    [Theory]
    [InlineData("classification", " \"Positive\". ", "positive", 1)]
    [InlineData("classification", "It is positive", "It is positive", 0)]
    [InlineData("classification:labels=[positive, negative]", "It is positive, I think.", "positive", 1)]
    [InlineData("classification:labels=[positive, negative]", "Either positive or negative.", null, 0)]
    [InlineData("classification:labels=[positive, not positive]", "This is not positive.", "not positive", 0)]
    [InlineData("classification:labels=[positive, negative]", "nonnegative", null, 0)]
    [InlineData("classification:labels=[positive, negative]", "", null, 0)]
    [InlineData("classification", """{"label": "positive", "confidence": 0.8}""", "positive", 1)]
    [InlineData("classification", """{"label": "negative", "confidence": 3}""", "negative", 0)]
    public void The_label_of_an_answer_is_found(string scorer, string output, string? label, double value)
    {
        var score = Scoring.Score(scorer, output, "positive");

        Assert.Equal((value, label), (score.Value, score.Label));
    }

    [Fact]
    public void A_stated_confidence_is_kept_and_an_impossible_one_is_not()
    {
        Assert.Equal(0.8, Scoring.Score("classification", """{"label": "x", "confidence": 0.8}""", "x").Confidence);
        Assert.Null(Scoring.Score("classification", """{"label": "x", "confidence": 3}""", "x").Confidence);
    }

    [Fact]
    public void An_expected_label_that_cannot_be_answered_is_no_zero() => Assert.Null(Scoring.Score("classification:labels=[a, b]", "a", "c").Value);
}
