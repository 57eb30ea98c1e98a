namespace LlmOps.Tests.Evaluation.Scorers;

public sealed class MeasuredTests
{
    [Theory]
    [InlineData("latency:max_ms=500", 500.0, 1)]
    [InlineData("latency:max_ms=500", 1000.0, 0.5)]
    [InlineData("ttft:max_ms=500", 250.0, 1)]
    [InlineData("cost:max_usd=0.002", 0.008, 0.25)]
    public void Above_its_limit_a_measure_falls_in_proportion(string scorer, double measured, double expected)
    {
        var answered = Scoring.Empty with { LatencyMs = measured, TtftMs = measured, CostUsd = (decimal)measured };

        var score = Scoring.Score(scorer, answered);

        Assert.Equal((expected, expected == 1), (score.Value!.Value, score.Passed));
    }

    [Theory]
    [InlineData("latency:max_ms=500")]
    [InlineData("ttft:max_ms=500")]
    [InlineData("cost:max_usd=1")]
    [InlineData("finish_reason")]
    public void What_nobody_measured_is_unknown(string scorer) => Assert.Null(Scoring.Score(scorer, Scoring.Empty).Value);

    [Theory]
    [InlineData("latency", "scorer-incomplete")]
    [InlineData("cost", "scorer-incomplete")]
    [InlineData("latency:max_ms=0", "out-of-range")]
    [InlineData("cost:max_ms=5", "setting-unused")]
    public void A_limit_must_be_there_and_have_its_unit(string scorer, string code) => Assert.Equal(code, Scoring.Code(scorer));

    [Theory]
    [InlineData("finish_reason", "stop", 1)]
    [InlineData("finish_reason", "tool_calls", 1)]
    [InlineData("finish_reason", "length", 0)]
    [InlineData("finish_reason:values=[length]", "length", 1)]
    public void Generation_ends_for_an_accepted_reason(string scorer, string reason, double expected) =>
        Assert.Equal(expected, Scoring.Score(scorer, Scoring.Empty with { FinishReason = reason }).Value);
}
