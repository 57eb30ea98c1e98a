using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation;

public sealed class AssertsTests
{
    private static Result<Dataset> Read(string asserts, string more = "") => Dataset.Parse($$"""{"id": "a", "input": "q", "asserts": {{asserts}}{{more}}}""", "d.jsonl");

    private static Score Score(string output, string asserts, string more = "")
    {
        var dataset = Read(asserts, more);
        Assert.True(dataset.Value is not null, dataset.Refusal?.Detail);
        var @case = dataset.Value.Cases[0];
        return Scorer.Create(new SuiteScorer("asserts", "asserts")).Value!.Score(new ScoredCase("a", "q", output, @case.Expected, @case.Context, Asserts: @case.Asserts));
    }

    [Theory]
    [InlineData("""[{"type": "contains", "value": "pool"}]""", 1, true)]
    [InlineData("""[{"type": "contains", "value": "pool", "negate": true}]""", 0, false)]
    [InlineData("""[{"type": "contains", "value": "spa", "negate": true}]""", 1, true)]
    [InlineData("""[{"type": "contains", "value": "pool", "weight": 3}, {"type": "regex", "value": "spa"}]""", 0.75, false)]
    [InlineData("""[{"type": "contains", "value": "pool"}, {"type": "contains", "value": "spa", "weight": 0}]""", 1, true)]
    [InlineData("""[{"type": "contains", "value": "spa", "weight": 0}]""", 1, true)]
    [InlineData("""[{"type": "set", "threshold": 0.5, "asserts": [{"type": "contains", "value": "pool"}, {"type": "contains", "value": "spa"}]}]""", 0.5, true)]
    [InlineData("""[{"type": "set", "asserts": [{"type": "contains", "value": "pool"}, {"type": "contains", "value": "spa"}]}]""", 0.5, false)]
    [InlineData("""[{"type": "refusal"}]""", 0, false)]
    [InlineData("""[{"type": "facts"}]""", 0, false)]
    public void A_case_scores_the_weighted_mean_of_its_own_asserts(string asserts, double value, bool passed)
    {
        var score = Score("The pool opens at 7.", asserts);

        Assert.Equal((value, passed), (score.Value, score.Passed));
    }

    [Theory]
    [InlineData(0.75, true)]
    [InlineData(0.76, false)]
    [InlineData(0, true)]
    public void A_cases_threshold_decides_by_the_mean(double threshold, bool passed)
    {
        var score = Score("The pool opens at 7.", """[{"type": "contains", "value": "pool", "weight": 3}, {"type": "contains", "value": "spa"}]""",
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $", \"threshold\": {threshold}"));

        Assert.Equal(passed, score.Passed);
    }

    [Fact]
    public void A_case_without_asserts_is_neither_a_zero_nor_a_pass() =>
        Assert.Equal((null, false), (Scorer.Create(new SuiteScorer("asserts", "asserts")).Value!.Score(new ScoredCase("a", "q", "x", null, [])) is var score ? score.Value : 0, score.Passed));

    // F79: a pattern that could run without end is refused where it is read.
    [Theory]
    [InlineData("""[{"type": "regex", "value": "(a+)+\\1"}]""", "Look-around and back-references")]
    [InlineData("""[{"type": "contans", "value": "x"}]""", "Did you mean \"contains\"?")]
    [InlineData("""[{"type": "contains", "valu": "x"}]""", "Did you mean \"value\"?")]
    [InlineData("""[{"type": "contains", "value": "x", "weight": -1}]""", "weight")]
    [InlineData("""[]""", "1 to 1,000")]
    [InlineData("\"contains: x\"", "must be a list")]
    [InlineData("""[{"type": "asserts"}]""", "set")]
    [InlineData("""[{"type": "judge", "rubric": "tone", "judge": "openai/gpt-4o@2024-11-20"}]""", "scorer of the suite")]
    public void A_broken_assert_is_refused_with_its_line_and_cure(string asserts, string cure)
    {
        var refusal = Read(asserts).Refusal;

        Assert.StartsWith("d.jsonl:1: ", refusal?.Detail, StringComparison.Ordinal);
        Assert.Contains(cure, refusal!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_doubles_its_work_per_letter_is_answered_at_once() =>
        Assert.Equal(0, Score(new string('a', 100_000) + "!", """[{"type": "regex", "value": "^(a|a)*$"}, {"type": "regex", "value": "^(a+)+$"}]""").Value);
}
