using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>A judge that is a model: it says what to ask and reads what comes back; whoever runs the suite makes the calls.</summary>
public abstract class ModelJudge(SuiteScorer settings, double threshold) : Scorer(settings, threshold)
{
    /// <summary>The judging model, as a pin: <c>provider/name@version</c>.</summary>
    public abstract string Model { get; }

    /// <summary>How often it is asked about each case, from 1.</summary>
    public abstract int Repeats { get; }

    /// <summary>A chat completion request.</summary>
    /// <param name="repeat">From 1.</param>
    public abstract JsonObject Request(ScoredCase answered, int repeat);

    /// <param name="answers">One for each repeat: a chat completion, or why there is none.</param>
    public abstract Score Read(ScoredCase answered, IReadOnlyList<Result<JsonObject>> answers);

    /// <summary>Nothing without its model.</summary>
    public override Score Score(ScoredCase answered) => Evaluation.Score.Missing($"{Model} has not been asked.");
}
