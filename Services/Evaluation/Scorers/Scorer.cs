using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>What a scorer sees of one answered case.</summary>
/// <param name="FinishReason">Why generation ended, as the provider says it; length means cut off.</param>
/// <param name="LatencyMs">From asking to the whole answer.</param>
/// <param name="TtftMs">From asking to the first text.</param>
/// <param name="CostUsd">Null where the price is unknown.</param>
/// <param name="ToolCalls">The tools that the model asks for, in OpenAI's form.</param>
/// <param name="Retrieved">Ids of the documents whose passages the model was given, best first.</param>
public sealed record ScoredCase(
    string Id, string Input, string Output, Expectation? Expected, IReadOnlyList<string> Context, IReadOnlyList<string>? Tags = null, string? FinishReason = null,
    double? LatencyMs = null, double? TtftMs = null, decimal? CostUsd = null, JsonArray? ToolCalls = null, IReadOnlyList<string>? Retrieved = null);

/// <summary>One scorer's answer.</summary>
/// <param name="Value">0 to 1; null where the case gives the scorer nothing to judge by, which is not a zero and not a pass.</param>
public sealed record Score(double? Value, bool Passed, string Reason)
{
    internal static Score Of(double value, double threshold, string reason) => new(Math.Clamp(value, 0, 1), value >= threshold - 1e-9, reason);

    internal static Score Missing(string reason) => new(null, false, reason);
}

/// <summary>Judges one answer, deterministically and without I/O. Every score lies between 0 and 1, more is better.</summary>
public abstract class Scorer(SuiteScorer settings, double threshold)
{
    public const string EmbeddedJudge = "embedded/rubric";

    public static IReadOnlyList<string> Types { get; } = ["facts", "exact", "contains", "regex", "groundedness", "refusal", "length", "judge"];

    public string Name => settings.Name;

    /// <summary>A score of at least this passes.</summary>
    protected double Threshold => settings.Threshold ?? threshold;

    public abstract Score Score(ScoredCase answered);

    /// <summary>The scorer that a suite asks for. Judges other than the embedded one are models and are called by the suite runner.</summary>
    public static Result<Scorer> Create(SuiteScorer settings)
    {
        if (!Types.Contains(settings.Type))
            return Refusal.Invalid("scorer-unknown", $"There is no scorer type \"{settings.Type}\".{YamlMap.Nearest(settings.Type, Types)} Known: {string.Join(", ", Types)}.");
        return settings.Type switch
        {
            "facts" => new FactsScorer(settings),
            "exact" => new ExactScorer(settings),
            "contains" => new ContainsScorer(settings),
            "regex" => RegexScorer.Create(settings),
            "groundedness" => new GroundednessScorer(settings),
            "refusal" => new RefusalScorer(settings),
            "length" => settings.Min is null && settings.Max is null
                ? Refusal.Invalid("scorer-incomplete", $"The length scorer \"{settings.Name}\" needs min or max, in words.")
                : new LengthScorer(settings),
            _ => RubricJudge.Create(settings),
        };
    }
}
