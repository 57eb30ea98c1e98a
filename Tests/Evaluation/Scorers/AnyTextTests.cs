using FsCheck;
using FsCheck.Fluent;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Scorers;

/// <summary>What holds of every scorer on every text.</summary>
public sealed class AnyTextTests
{
    public static TheoryData<string> Scorers =>
    [
        "facts", "exact", "contains", "contains_any:values=[a, \"\"]", "contains_all:values=[a, b]", "starts_with", "regex:value=\\w+", "numeric:tolerance=1", "levenshtein", "bleu", "gleu",
        "rouge", "rouge:metric=rouge-2", "f1", "similarity", "classification", "classification:labels=[a, b]", "json", "json:extract=true", "json_schema:schema={type: object}", "xml", "html", "html:extract=true",
        "tool_call", "tool_call:metric=order", "ranking", "ranking:metric=map", "context:metric=recall", "context:metric=precision", "context:metric=relevance", "groundedness", "refusal", "toxicity",
        "length:min=3,max=5", "finish_reason", "latency:max_ms=5", "ttft:max_ms=5", "cost:max_usd=1", "judge:rubrics=[accuracy, relevance, groundedness, tone, safety, conciseness]", "judge:rubric=relevance",
    ];

    [Fact]
    public void Every_type_is_held_to_it() =>
        Assert.Empty(Scorer.Types.Except(Scorers.Select(row => row.Data.Split(':')[0])));

    [Theory]
    [MemberData(nameof(Scorers))]
    public void A_score_is_between_0_and_1_or_missing_and_nothing_throws(string scorer)
    {
        var made = Scoring.Make(scorer);

        Prop.ForAll<string, string, string>((a, b, c) =>
        {
            var (output, expected, context) = (Strange(a), Strange(b), Strange(c));
            var answered = new ScoredCase("a", expected, output, new Expectation([expected], []), [context, output], null, context, 3, 7, 2, [output, null, Scoring.Calls("[{}]")[0]!.DeepClone()], [context, expected]);
            var facts = answered with { Expected = new Expectation([], [expected.Length > 0 ? expected : "x"]) };
            return new[] { made.Score(answered), made.Score(facts), made.Score(answered with { Expected = null, Context = [] }) }
                .All(score => score.Value is null ? !score.Passed : double.IsFinite(score.Value.Value) && score.Value is >= 0 and <= 1);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150).WithReplay(20261120, 7));
    }

    /// <summary>What arbitrary texts too seldom hold: markup, halves of pairs, combining marks, other scripts, digits in excess.</summary>
    private static string Strange(string? text) => (text ?? "").Replace("a", "<b>", StringComparison.Ordinal).Replace("b", "\ud83d", StringComparison.Ordinal).Replace("c", "e\u0301\u0301", StringComparison.Ordinal)
        .Replace("d", "朝食 \u202e", StringComparison.Ordinal).Replace("e", " 1,9e999 ", StringComparison.Ordinal).Replace("f", "{\"a\": [", StringComparison.Ordinal).Replace("g", "\uffff\0", StringComparison.Ordinal);
}
