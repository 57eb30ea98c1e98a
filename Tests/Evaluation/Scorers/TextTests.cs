using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Scorers;

public sealed class TextTests
{
    [Theory]
    [InlineData("exact:ignore_case=true", "positive", 1)]
    [InlineData("exact:value=nine", "nine", 1)]
    [InlineData("contains:ignore_case=false", "It is positive.", 0)]
    [InlineData("contains_any:values=[nine, ten]", "At TEN.", 1)]
    [InlineData("contains_any:values=[nine, ten]", "At eleven.", 0)]
    [InlineData("contains_all:values=[nine, ten, noon, late]", "From nine to ten at noon.", 0.75)]
    [InlineData("starts_with:value=dear guest", "  Dear Guest, welcome.", 1)]
    [InlineData("starts_with:value=welcome", "Dear Guest, welcome.", 0)]
    [InlineData("contains_any:values=[\"\"]", "anything", 0)]
    [InlineData("regex:value=^bk,ignore_case=true", "BK1", 1)]
    public void Text_is_compared_as_the_settings_say(string scorer, string output, double expected) =>
        Assert.Equal(expected, Scoring.Score(scorer, output, "Positive").Value);

    [Fact] // F79
    public void A_pattern_made_to_hang_does_not()
    {
        var score = Scoring.Score("regex:value=^(a+)+$", new string('a', 100_000) + "!");

        Assert.Equal(0, score.Value);
    }

    [Theory]
    [InlineData("numeric", "The total is 1,250.50 euros.", "1250.5", 1)]
    [InlineData("numeric", "First 3, then 4, so 7.", "7", 1)]
    [InlineData("numeric", "-3", "3", 0)]
    [InlineData("numeric", "It fell by −3 degrees", "-3", 1)]
    [InlineData("numeric", "2e3", "2000", 1)]
    [InlineData("numeric", "12,5 Grad", "12.5", 1)]
    [InlineData("numeric", "1.250,50 Euro", "1250.5", 1)]
    [InlineData("numeric", "1,250", "1250", 1)]
    [InlineData("numeric:tolerance=0.1", "0.3", "0.2", 1)]
    [InlineData("numeric:tolerance=0.1", "0.31", "0.2", 0)]
    [InlineData("numeric:relative_tolerance=0.05", "104", "100", 1)]
    [InlineData("numeric:relative_tolerance=0.05", "106", "100", 0)]
    [InlineData("numeric:tolerance=10,relative_tolerance=0.05", "106", "100", 1)]
    [InlineData("numeric", "It rose by 15%.", "15", 1)]
    [InlineData("numeric", "no idea", "15", 0)]
    [InlineData("numeric", "A380", "380", 0)]
    public void Numbers_are_compared_within_their_tolerance(string scorer, string output, string expected, double score) =>
        Assert.Equal(score, Scoring.Score(scorer, output, expected).Value);

    [Fact]
    public void A_case_without_a_number_gives_numeric_nothing_to_judge_by() => Assert.Null(Scoring.Score("numeric", "15", "fifteen or so").Value);

    [Fact]
    public void Only_facts_are_no_text_to_compare_with() =>
        Assert.All(["exact", "bleu", "rouge", "f1", "similarity"], type => Assert.Null(Scoring.Score(type, Scoring.Empty with { Expected = new Expectation([], ["nine"]) }).Value));
}
