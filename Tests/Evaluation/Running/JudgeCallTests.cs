using LlmOps.Evaluation;
using LlmOps.Inference;

namespace LlmOps.Tests.Evaluation.Running;

public sealed class JudgeCallTests
{
    private const string Grade = """{"tone": {"reason": "polite", "abstain": false, "score": 8}}""";

    [Fact]
    public async Task A_judge_that_is_a_model_is_asked_as_often_as_it_wants_and_paid_apart_from_the_bundle()
    {
        var model = new ScriptedModel((_, question) => question.StartsWith("question", StringComparison.Ordinal) ? "yes" : Grade);
        var dataset = Runs.Cases(4);

        var results = await Runs.Run(Runs.Of(dataset, judges: Judge(repeats: 3)), model);

        Assert.Equal(16, model.Calls);
        Assert.All(results, result => Assert.Equal((0.8, 0.012m, 0.002m), (result.Scores["tone"], result.JudgeUsd, result.CostUsd)));
        var cost = Runs.Report(dataset, results).Cost;
        Assert.Equal((0.008m, 0.048m, null), (cost.TotalUsd, cost.JudgeUsd, cost.JudgeUnknown));
    }

    [Fact]
    public async Task The_judges_provider_hears_its_own_name_of_the_model()
    {
        var model = new ScriptedModel((_, question) => question.StartsWith("question", StringComparison.Ordinal) ? "yes" : Grade);

        await Runs.Run(Runs.Of(Runs.Cases(1), judges: Judge(1, "openai/gpt-4o@2024-11-20")), model);

        var asked = model.Requests[1];
        Assert.Equal(("gpt-4o-2024-11-20", true, false), (asked["model"]!.GetValue<string>(), asked.ContainsKey("max_completion_tokens"), asked.ContainsKey("max_tokens")));
    }

    [Fact]
    public async Task A_judge_that_cannot_be_reached_gives_no_score_and_never_a_zero()
    {
        var model = new ScriptedModel((_, question) => question.StartsWith("question", StringComparison.Ordinal) ? "yes" : ScriptedModel.No(400));

        var result = Assert.Single(await Runs.Run(Runs.Of(Runs.Cases(1), judges: Judge(2)), model));

        Assert.False(result.Scores.ContainsKey("tone"));
    }

    [Fact]
    public async Task A_judge_without_a_price_is_never_free()
    {
        var dataset = Runs.Cases(2);

        var results = await Runs.Run(Runs.Of(dataset, judges: Judge(1, "test/unpriced@1")), new ScriptedModel((_, question) => question.StartsWith("question", StringComparison.Ordinal) ? "yes" : Grade));

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
}
