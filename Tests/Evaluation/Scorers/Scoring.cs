using System.Text.Json.Nodes;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Scorers;

/// <summary>Scorers as a command line writes them, over one answer.</summary>
internal static class Scoring
{
    internal static readonly ScoredCase Empty = new("a", "", "", null, []);

    internal static Scorer Make(string scorer)
    {
        var settings = SuiteScorer.Parse(scorer);
        Assert.Null(settings.Refusal);
        return Scorer.Create(settings.Value!).Value!;
    }

    internal static Score Score(string scorer, string output, params string[] expected) =>
        Make(scorer).Score(Empty with { Output = output, Expected = new Expectation(expected, []) });

    internal static Score Score(string scorer, ScoredCase answered) => Make(scorer).Score(answered);

    internal static string Code(string scorer) => SuiteScorer.Parse(scorer).Refusal?.Code ?? "none";

    internal static JsonArray Calls(string json) => JsonNode.Parse(json)!.AsArray();
}
