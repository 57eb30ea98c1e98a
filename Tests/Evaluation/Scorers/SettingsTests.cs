using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Scorers;

public sealed class SettingsTests
{
    [Fact]
    public void A_scorer_is_read_from_one_line()
    {
        var scorer = SuiteScorer.Parse("contains_all:name=words,values=[open, \"a, b\"],ignore_case=false,threshold=0.5").Value!;

        Assert.Equal(("words", "contains_all", false, 0.5), (scorer.Name, scorer.Type, scorer.IgnoreCase, scorer.Threshold));
        Assert.Equal(["open", "a, b"], scorer.Values!);
    }

    [Theory]
    [InlineData("regex:value=^a{2,3}=x$", "^a{2,3}=x$")]
    [InlineData("contains:value=yes, of course", "yes, of course")]
    [InlineData("contains:value=a: b # c", "a: b # c")]
    [InlineData("contains:value=15", "15")]
    public void A_value_may_hold_commas_and_signs(string text, string value) => Assert.Equal(value, SuiteScorer.Parse(text).Value!.Value);

    [Theory]
    [InlineData("exact:metric=f1", "setting-unused")]
    [InlineData("facts:value=x", "setting-unused")]
    [InlineData("rouge:metric=rouge-3", "metric-unknown")]
    [InlineData("regex", "scorer-incomplete")]
    [InlineData("length", "scorer-incomplete")]
    [InlineData("length:min=5,max=3", "bad-setting")]
    [InlineData("numeric:value=many", "bad-setting")]
    [InlineData("exact:vlaue=x", "unknown-key")]
    [InlineData("exact:threshold=2", "out-of-range")]
    [InlineData("exact:threshold=half", "wrong-type")]
    [InlineData("exact:x", "bad-setting")]
    [InlineData("regex:value=(?=x)", "bad-pattern")]
    [InlineData("regex:value=(a", "bad-pattern")]
    [InlineData("regex:value=(a)\\1", "bad-pattern")]
    [InlineData("rogue", "scorer-unknown")]
    [InlineData("", "missing-key")]
    public void What_a_scorer_cannot_use_is_refused(string text, string code) => Assert.Equal(code, Scoring.Code(text));

    [Theory]
    [InlineData("exact:vlaue=x", "Did you mean \"value\"?")]
    [InlineData("rogue", "Did you mean \"rouge\"?")]
    [InlineData("rouge:metric=rouge-3", "rouge-l, rouge-1, rouge-2")]
    [InlineData("facts:value=x", "does not use value")]
    public void A_refusal_names_the_cure(string text, string cure) => Assert.Contains(cure, SuiteScorer.Parse(text).Refusal!.Detail, StringComparison.Ordinal);

    [Fact]
    public void In_a_suite_the_line_of_the_setting_is_named()
    {
        var problem = Assert.Single(Suite.Problems("""
            dataset: d.jsonl
            scorers:
            - name: words
              type: exact
              metric: f1
            """, "suites/s.yaml"));

        Assert.Equal(("suites/s.yaml", 5, "setting-unused"), (problem.File, problem.Line, problem.Rule));
    }
}
