using System.Text.Json.Nodes;
using LlmOps.Evaluation;
using LlmOps.Inference;

namespace LlmOps.Tests.Evaluation.Running;

public sealed class JudgeCallTests
{
    [Fact]
    public async Task A_judge_that_is_a_model_is_asked_as_often_as_it_wants_and_paid_apart_from_the_bundle()
    {
        var judge = new CountingJudge(repeats: 3);
        var dataset = Runs.Cases(4);

        var results = await Runs.Run(Runs.Of(dataset, judges: judge), new ScriptedModel((_, _) => "yes"));

        Assert.All(results, result => Assert.Equal((1.0, 0.012m, 0.002m), (result.Scores["tone"], result.JudgeUsd, result.CostUsd)));
        var cost = Runs.Report(dataset, results).Cost;
        Assert.Equal((0.008m, 0.048m, null), (cost.TotalUsd, cost.JudgeUsd, cost.JudgeUnknown));
    }

    [Fact]
    public async Task The_judge_hears_of_calls_that_were_refused()
    {
        var judge = new CountingJudge(repeats: 2);
        var model = new ScriptedModel((_, question) => question == "judge 2" ? ScriptedModel.No(400) : "yes");

        var result = Assert.Single(await Runs.Run(Runs.Of(Runs.Cases(1), judges: judge), model));

        Assert.Equal(0.5, result.Scores["tone"]);
    }

    [Fact]
    public async Task A_judge_without_a_price_is_never_free()
    {
        var dataset = Runs.Cases(2);

        var results = await Runs.Run(Runs.Of(dataset, judges: new CountingJudge(1, "test/unpriced@1")), new ScriptedModel((_, _) => "yes"));

        Assert.Equal(2, Runs.Report(dataset, results).Cost.JudgeUnknown);
    }

    [Fact]
    public void A_judge_whose_model_cannot_be_found_is_refused_before_anything_is_asked()
    {
        var run = Runs.Of(Runs.Cases(1), judges: new CountingJudge(1, "nowhere/judge@1"));

        var runner = SuiteRunner.Create(run, pin => pin.Provider == "test" ? Result.Of<IModel>(new ScriptedModel((_, _) => "yes")) : Refusal.Invalid("provider-not-configured", "where?"),
            Runs.Book, Runs.Limits(), TimeProvider.System);

        Assert.Equal("provider-not-configured", runner.Refusal?.Code);
    }

    /// <summary>Scores the share of its calls that were answered.</summary>
    private sealed class CountingJudge(int repeats, string model = "test/judge@1") : ModelJudge(new SuiteScorer("tone", "judge"), 0.5)
    {
        public override string Model => model;

        public override int Repeats => repeats;

        public override JsonObject Request(ScoredCase answered, int repeat) =>
            new() { ["model"] = "judge", ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = $"judge {repeat}" }) };

        public override Score Read(ScoredCase answered, IReadOnlyList<Result<JsonObject>> answers)
        {
            var share = answers.Count(answer => !answer.Refused) / (double)answers.Count;
            return new Score(share, share >= Threshold, "");
        }
    }
}
