using LlmOps.Evaluation;
using LlmOps.Inference;

namespace LlmOps.Tests.Evaluation.Running;

public sealed class JudgeCallTests
{
    private const string Eight = """{"tone": {"reason": "Friendly.", "abstain": false, "score": 8}}""";
    private const string Six = """{"tone": {"reason": "Curt.", "abstain": false, "score": 6}}""";

    [Fact]
    public async Task A_judge_that_is_a_model_is_asked_as_often_as_it_wants_and_paid_apart_from_the_bundle()
    {
        var dataset = Runs.Cases(4);

        var results = await Runs.Run(Runs.Of(dataset, judges: Judge(repeats: 3)), new ScriptedModel((_, asked) => Asks(asked) ? Eight : "yes"));

        Assert.All(results, result => Assert.Equal((0.8, 0.012m, 0.002m), (result.Scores["tone"], result.JudgeUsd, result.CostUsd)));
        var cost = Runs.Report(dataset, results).Cost;
        Assert.Equal((0.008m, 0.048m, null), (cost.TotalUsd, cost.JudgeUsd, cost.JudgeUnknown));
    }

    [Fact]
    public async Task A_call_of_the_judge_that_was_refused_grades_nothing()
    {
        var grades = new Queue<object>([Eight, ScriptedModel.No(400), Six]);
        var model = new ScriptedModel((_, asked) => Asks(asked) ? grades.Dequeue() : "yes");

        var result = Assert.Single(await Runs.Run(Runs.Of(Runs.Cases(1), judges: Judge(repeats: 3)), model));

        Assert.Equal(0.7, result.Scores["tone"], 9);
    }

    [Fact]
    public async Task A_judge_that_grades_in_half_of_its_calls_or_less_gives_no_score()
    {
        var model = new ScriptedModel((_, asked) => Asks(asked) ? ScriptedModel.No(400) : "yes");

        var result = Assert.Single(await Runs.Run(Runs.Of(Runs.Cases(1), judges: Judge(repeats: 2)), model));

        Assert.DoesNotContain("tone", result.Scores);
    }

    [Fact]
    public async Task A_judge_without_a_price_is_never_free()
    {
        var dataset = Runs.Cases(2);

        var results = await Runs.Run(Runs.Of(dataset, judges: Judge(1, "test/unpriced@1")), new ScriptedModel((_, asked) => Asks(asked) ? Eight : "yes"));

        Assert.Equal(2, Runs.Report(dataset, results).Cost.JudgeUnknown);
    }

    [Fact]
    public void A_judge_whose_model_cannot_be_found_is_refused_before_anything_is_asked()
    {
        var run = Runs.Of(Runs.Cases(1), judges: Judge(1, "nowhere/judge@1"));

        var runner = SuiteRunner.Create(run, pin => pin.Provider == "test" ? Result.Of<IModel>(new ScriptedModel((_, _) => "yes")) : Refusal.Invalid("provider-not-configured", "where?"),
            Runs.Book, Runs.Limits(), TimeProvider.System);

        Assert.Equal("provider-not-configured", runner.Refusal?.Code);
    }

    private static Scorer Judge(int repeats, string model = "test/judge@1") =>
        Scorer.Create(new SuiteScorer("tone", "judge", Rubric: "tone", Judge: model) { Repeats = repeats }).Value!;

    private static bool Asks(string system) => system.StartsWith("You grade", StringComparison.Ordinal);
}
