using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Scorers;

public sealed class RetrievalTests
{
    private static readonly ScoredCase Ranked = Scoring.Empty with { Expected = new Expectation(["d1", "d2", "d5"], []), Retrieved = ["d3", "d1", "d7", "d2", "d9"] };

    [Theory] // ndcg as scikit-learn's ndcg_score, the others by trec_eval's definitions
    [InlineData("ndcg", 5, 0.4981892575)]
    [InlineData("ndcg", 3, 0.2960819110)]
    [InlineData("recall", 5, 2 / 3.0)]
    [InlineData("recall", 3, 1 / 3.0)]
    [InlineData("precision", 5, 0.4)]
    [InlineData("precision", 10, 0.2)]
    [InlineData("mrr", 5, 0.5)]
    [InlineData("mrr", 1, 0)]
    [InlineData("map", 5, 1 / 3.0)]
    [InlineData("map", 3, 1 / 6.0)]
    public void Rankings_are_measured_as_usual(string metric, int k, double expected) =>
        Assert.Equal(expected, Scoring.Score($"ranking:metric={metric},k={k}", Ranked).Value!.Value, 1e-9);

    [Fact]
    public void Passages_may_be_objects_with_id_and_text()
    {
        var row = ScoredRow.Parse("""{"id": "a", "output": "", "context": [{"id": "d1", "text": "The spa."}, "A dog."], "retrieved": [{"id": "d1", "text": "The spa."}]}""").Value!;

        Assert.Equal(["The spa.", "A dog."], row.Context);
        Assert.Equal(["d1"], row.Retrieved!);
    }

    [Fact]
    public void An_id_that_comes_twice_counts_once() =>
        Assert.Equal(1 / 3.0, Scoring.Score("ranking:metric=recall", Ranked with { Retrieved = ["d1", "d1", "d1"] }).Value!.Value, 1e-12);

    [Fact]
    public void Nothing_found_is_zero_and_nothing_recorded_is_unknown()
    {
        Assert.Equal(0, Scoring.Score("ranking", Ranked with { Retrieved = [] }).Value);
        Assert.Null(Scoring.Score("ranking", Ranked with { Retrieved = null }).Value);
        Assert.Null(Scoring.Score("ranking", Ranked with { Expected = null }).Value);
    }

    [Theory]
    [InlineData("recall", 2 / 3.0)]
    [InlineData("precision", (1 + (2 / 3.0)) / 2)] // useful at ranks 1 and 3
    [InlineData("relevance", 1 / 3.0)]
    public void A_context_is_measured_by_the_words_it_holds(string metric, double expected)
    {
        var answered = Scoring.Empty with
        {
            Input = "When does the spa open?", Expected = new Expectation([], ["9", "21", "towels"]),
            Context = ["The spa is open from 9 to noon.", "Dogs pay extra.", "The pool closes at 21."],
        };

        Assert.Equal(expected, Scoring.Score($"context:metric={metric}", answered).Value!.Value, 1e-12);
    }

    [Fact]
    public void An_expected_text_is_sought_by_its_content_words()
    {
        var answered = Scoring.Empty with { Expected = new Expectation(["The spa opens at nine daily"], []), Context = ["Our spa opens late."] };

        Assert.Equal(0.5, Scoring.Score("context:metric=recall", answered).Value); // spa, open of spa, open, 9, daily
    }

    [Theory]
    [InlineData("context:metric=recall")]
    [InlineData("context:metric=precision")]
    [InlineData("context:metric=relevance")]
    public void Without_a_context_there_is_nothing_to_measure(string scorer) =>
        Assert.Null(Scoring.Score(scorer, Scoring.Empty with { Input = "spa?", Expected = new Expectation(["spa"], []) }).Value);

    [Fact]
    public void A_context_scorer_says_which_measures_there_are() => Assert.Contains("recall, precision, relevance", SuiteScorer.Parse("context").Refusal!.Detail, StringComparison.Ordinal);
}
