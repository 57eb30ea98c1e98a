using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Running;

public sealed class RepeatsTests
{
    [Fact]
    public async Task Undecided_cases_are_asked_again_until_the_gate_is_decided()
    {
        var model = new ScriptedModel((_, _) => "yes");
        var looks = 0;

        var results = await Runs.Run(Runs.Of(Runs.Cases(10)), model, Runs.Limits(mostRepeats: 5), decide: _ => [Gate(++looks < 3 ? Verdict.Inconclusive : Verdict.Pass)]);

        Assert.Equal((3, 30, 30), (looks, model.Calls, results.Count));
    }

    [Fact]
    public async Task Asking_again_ends_at_the_limit()
    {
        var model = new ScriptedModel((_, _) => "yes");

        await Runs.Run(Runs.Of(Runs.Cases(10), repeats: 2), model, Runs.Limits(mostRepeats: 5), decide: _ => [Gate(Verdict.Inconclusive)]);

        Assert.Equal(50, model.Calls);
    }

    [Fact]
    public async Task Only_the_slice_of_an_open_gate_is_asked_again_and_all_of_it()
    {
        var model = new ScriptedModel((_, _) => "yes");

        var results = await Runs.Run(Runs.Of(Runs.Cases(10)), model, Runs.Limits(mostRepeats: 2), decide: _ => [Gate(Verdict.Inconclusive) with { Segment = "s1" }]);

        Assert.Equal(5, results.CountBy(result => result.Id).Count(asked => asked.Value == 2));
        Assert.All(results.CountBy(result => result.Segment!), slice => Assert.Equal(slice.Key == "s1" ? 10 : 5, slice.Value));
        var gate = Gates.Decide(Policy.Parse("gates:\n- { metric: accuracy, min: 0.5, method: point }\n", "p.yaml").Value!, results, null).Single();
        Assert.Equal((Verdict.Pass, 10L), (gate.Verdict, gate.N)); // a repeat that says so is no duplicate, and no case more
    }

    [Theory]
    [InlineData(true, true, false)] // it warns, and decides nothing
    [InlineData(true, false, true)] // there is nothing to compare with: asking again would not change that
    [InlineData(false, true, true)] // decided
    public async Task What_asking_again_cannot_decide_is_not_asked_again(bool open, bool compared, bool decides)
    {
        var model = new ScriptedModel((_, _) => "yes");
        var gate = Gate(open ? Verdict.Inconclusive : Verdict.Pass) with { Interval = compared ? new Interval(0, 1) : null, Decides = decides };

        await Runs.Run(Runs.Of(Runs.Cases(10)), model, Runs.Limits(mostRepeats: 5), decide: _ => [gate]);

        Assert.Equal(10, model.Calls);
    }

    [Fact]
    public async Task A_model_that_always_answers_alike_is_never_asked_again()
    {
        var model = new ScriptedModel((_, _) => "yes");
        var run = Runs.Of(Runs.Cases(10), ModelPin.Parse("embedded/echo").Value!);

        await Runs.Run(run, model, Runs.Limits(mostRepeats: 5), decide: _ => [Gate(Verdict.Inconclusive)]);

        Assert.Equal((10, 1), (model.Calls, Runs.Limits(mostRepeats: 5).Looks(run)));
    }

    [Fact]
    public void Every_look_takes_its_share_of_alpha() => Assert.Equal(4, Runs.Limits(mostRepeats: 5).Looks(Runs.Of(Runs.Cases(1), repeats: 2)));

    private static GateResult Gate(Verdict verdict) => new("accuracy", null, 10, 0.5, 0.5, 0, "pp", new Interval(-5, 5), 2, "tango", verdict, true, null, null, "");
}
