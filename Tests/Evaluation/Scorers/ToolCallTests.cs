using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Scorers;

public sealed class ToolCallTests
{
    private const string Book = """{"name": "book", "arguments": {"room": 7, "nights": 2}}""";
    private const string Find = """{"name": "find", "arguments": {"city": "Graz"}}""";
    private const string OpenAi = """[{"id": "c1", "type": "function", "function": {"name": "find", "arguments": "{\"city\": \"Graz\"}"}}, {"id": "c2", "type": "function", "function": {"name": "book", "arguments": "{\"nights\": 2.0, \"room\": 7}"}}]""";
    private const string Late = """[{"name": "book", "arguments": {"room": 7, "nights": 3, "late": true}}]""";

    [Theory]
    [InlineData("f1", OpenAi, 1, Find, Book)]
    [InlineData("exact", OpenAi, 1, Find, Book)]
    [InlineData("exact", OpenAi, 0, Book, Find)]
    [InlineData("f1", OpenAi, 1, Book, Find)]
    [InlineData("order", OpenAi, 0.5, Book, Find)]
    [InlineData("order", OpenAi, 1, Find, Book)]
    [InlineData("f1", OpenAi, 2 / 3.0, Book)] // precision 1/2, recall 1
    [InlineData("subset", OpenAi, 1, Book)]
    [InlineData("subset", OpenAi, 1, """{"name": "book", "arguments": {"room": 7}}""")]
    [InlineData("subset", Late, 0, Book)]
    [InlineData("f1", Late, 0, Book)]
    [InlineData("names", Late, 1, Book)]
    [InlineData("f1", Late, 1, "book")]
    [InlineData("names", OpenAi, 0.5, "find", "cancel")]
    [InlineData("f1", "[]", 0, Book)]
    [InlineData("f1", """[{"name": "book", "arguments": {"room": "\ud83d"}}]""", 0, Book)]
    [InlineData("f1", """[{"name": "book", "arguments": "{broken"}]""", 0, Book)]
    [InlineData("f1", """[{"name": "book", "arguments": "{broken"}]""", 1, "book")]
    public void Calls_are_compared_by_name_and_arguments(string metric, string made, double expected, params string[] wanted) =>
        Assert.Equal(expected, Score(metric, made, wanted)!.Value, 1e-12);

    [Fact]
    public void A_list_may_stand_in_one_text() => Assert.Equal(1, Score("exact", OpenAi, $"[{Find}, {Book}]"));

    [Fact]
    public void A_case_says_which_calls_it_expects()
    {
        var row = ScoredRow.Parse($$$"""{"id": "a", "output": "", "tool_calls": {{{OpenAi}}}, "expected": {"tool_calls": [{{{Find}}}, "book"]}}""").Value!;
        var @case = Dataset.Parse($$$"""{"id": "a", "input": "x", "expected": {"tool_calls": [{{{Find}}}, "book"]}}""", "d.jsonl").Value!.Cases[0];

        Assert.Equal(1, Scoring.Score("tool_call", row).Value);
        Assert.Equal(1, Scoring.Score("tool_call", row with { Expected = @case.Expected }).Value);
    }

    [Fact]
    public void The_pickiest_expectation_chooses_first() => Assert.Equal(1, Score("f1", $"[{Book}, {Late[1..^1]}]", "book", Book));

    [Fact]
    public void No_call_expected_and_none_made_is_right_and_one_made_is_wrong()
    {
        Assert.Equal(1, Score("f1", "[]"));
        Assert.Equal(0, Score("subset", $"[{Book}]"));
    }

    [Fact]
    public void What_was_not_recorded_is_unknown()
    {
        Assert.Null(Scoring.Score("tool_call", Scoring.Empty with { Expected = new Expectation(["book"], []) }).Value);
        Assert.Null(Scoring.Score("tool_call", Scoring.Empty with { ToolCalls = [] }).Value);
    }

    private static double? Score(string metric, string made, params string[] wanted) =>
        Scoring.Score($"tool_call:metric={metric}", Scoring.Empty with { ToolCalls = Scoring.Calls(made), Expected = new Expectation(wanted, []) }).Value;
}
