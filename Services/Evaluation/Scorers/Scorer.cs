using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>What a scorer sees of one answered case.</summary>
/// <param name="FinishReason">Why generation ended, as the provider says it; length means cut off.</param>
/// <param name="LatencyMs">Milliseconds from asking to the whole answer; null where nobody measured.</param>
/// <param name="TtftMs">Milliseconds to the first token.</param>
/// <param name="CostUsd">Null where the price is unknown, which is not free.</param>
/// <param name="ToolCalls">As OpenAI's <c>tool_calls</c>, or <c>{name, arguments}</c>; null where the answer cannot say, empty where it called nothing.</param>
/// <param name="Retrieved">Ids of what was retrieved, best first.</param>
/// <param name="Asserts">What the case alone is held to.</param>
public sealed record ScoredCase(
    string Id, string Input, string Output, Expectation? Expected, IReadOnlyList<string> Context, IReadOnlyList<string>? Tags = null, string? FinishReason = null,
    double? LatencyMs = null, double? TtftMs = null, decimal? CostUsd = null, JsonArray? ToolCalls = null, IReadOnlyList<string>? Retrieved = null, CaseAsserts? Asserts = null);

/// <summary>One scorer's answer.</summary>
/// <param name="Value">0 to 1; null where there is nothing to judge by or the judge abstains, which is not a zero and not a pass.</param>
/// <param name="Label">What the answer was taken for, of scorers that name it: a class, for instance.</param>
/// <param name="Confidence">0 to 1, as the answer states it; null where it does not.</param>
/// <param name="Flag">What a person should look at whatever the value, as "judge-injection".</param>
public sealed record Score(double? Value, bool Passed, string Reason, string? Label = null, double? Confidence = null, string? Flag = null)
{
    internal static Score Of(double value, double threshold, string reason) => new(Math.Clamp(value, 0, 1), value >= threshold - 1e-9, reason);

    internal static Score Missing(string reason) => new(null, false, reason);
}

/// <summary>Judges one answer, deterministically and without I/O. Every score lies between 0 and 1, more is better.</summary>
public abstract class Scorer(SuiteScorer settings, double threshold)
{
    public const string EmbeddedJudge = "embedded/rubric";

    public static IReadOnlyList<string> Types { get; } = [.. ScorerType.All.Select(type => type.Name)];

    public string Name => settings.Name;

    /// <summary>Of a judge, everything that decides a grade, in one line: two scores compare only where it is the same. Null where no judge grades.</summary>
    public virtual string? JudgeIdentity => null;

    public SuiteScorer Settings => settings;

    /// <summary>A score of at least this passes.</summary>
    protected double Threshold => settings.Threshold ?? threshold;

    public abstract Score Score(ScoredCase answered);

    /// <summary>The scorer that a suite asks for. A model judge among them is asked by whoever may call models.</summary>
    public static Result<Scorer> Create(SuiteScorer settings)
    {
        if (ScorerType.All.FirstOrDefault(type => type.Name == settings.Type) is not { } type)
            return Refusal.Invalid("scorer-unknown", $"There is no scorer type \"{settings.Type}\".{YamlMap.Nearest(settings.Type, Types)} Known: {string.Join(", ", Types)}.");
        if (settings.Given().FirstOrDefault(setting => !type.Settings.Contains(setting)) is { } unused)
            return new SettingRefusal(unused, "setting-unused", $"The {type.Name} scorer \"{settings.Name}\" does not use {unused}.{Takes(type)}");
        if (settings.Metric is { } metric && !type.Metrics.Contains(metric))
            return new SettingRefusal("metric", "metric-unknown", $"The {type.Name} scorer \"{settings.Name}\" has no metric \"{metric}\".{YamlMap.Nearest(metric, type.Metrics)} Known: {string.Join(", ", type.Metrics)}.");
        if (settings is { Value: not null, Values: not null })
            return new SettingRefusal("values", "bad-setting", $"The {type.Name} scorer \"{settings.Name}\" has both value and values. Keep one of the two.");
        return type.Create(settings);
    }

    /// <summary>The texts to compare with: the scorer's own, else those that the case accepts.</summary>
    protected IReadOnlyList<string> References(ScoredCase answered) =>
        settings.Values ?? (settings.Value is { } value ? [value] : answered.Expected?.Texts ?? []);

    private protected static readonly Score NoReference = Evaluation.Score.Missing("Neither the scorer nor the case names a text.");

    private static string Takes(ScorerType type) => type.Settings.Count == 0
        ? " It takes none but name and threshold. Remove it."
        : $" It takes {string.Join(", ", type.Settings)}. Remove it, or choose the type that uses it.";
}
