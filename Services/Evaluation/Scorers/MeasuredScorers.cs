using System.Globalization;

namespace LlmOps.Evaluation;

/// <summary>1 up to the limit, above it limit / measured: latency and ttft in milliseconds, cost in US dollars. Unknown where nobody measured, as for an answer without a price.</summary>
internal sealed class LimitScorer : Scorer
{
    private readonly Func<ScoredCase, double?> measured;
    private readonly double limit;
    private readonly string unit;

    private LimitScorer(SuiteScorer settings, Func<ScoredCase, double?> measured, double limit, string unit)
        : base(settings, threshold: 1) => (this.measured, this.limit, this.unit) = (measured, limit, unit);

    internal static Result<Scorer> Milliseconds(SuiteScorer settings, Func<ScoredCase, double?> measured) => settings.MaxMs is { } limit
        ? new LimitScorer(settings, measured, limit, "ms")
        : Incomplete(settings, "max_ms, milliseconds");

    internal static Result<Scorer> Usd(SuiteScorer settings) => settings.MaxUsd is { } limit
        ? new LimitScorer(settings, answered => (double?)answered.CostUsd, limit, "USD")
        : Incomplete(settings, "max_usd, US dollars per case");

    public override Score Score(ScoredCase answered)
    {
        if (measured(answered) is not ({ } value and >= 0) || !double.IsFinite(value))
            return Evaluation.Score.Missing($"The case has no {Settings.Type}.");
        return Evaluation.Score.Of(value <= limit ? 1 : limit / value, Threshold, string.Create(CultureInfo.InvariantCulture, $"{value:0.######} {unit} of {limit:0.######}"));
    }

    private static SettingRefusal Incomplete(SuiteScorer settings, string needed) =>
        new("type", "scorer-incomplete", $"The {settings.Type} scorer \"{settings.Name}\" needs {needed}.");
}

/// <summary>1 where generation ended for an accepted reason (<c>values</c>, else stop or tool_calls), 0 where for another; unknown where the provider gave none.</summary>
internal sealed class FinishReasonScorer(SuiteScorer settings) : Scorer(settings, threshold: 1)
{
    private static readonly IReadOnlyList<string> Usual = ["stop", "tool_calls"];

    public override Score Score(ScoredCase answered)
    {
        if (answered.FinishReason is not { Length: > 0 } reason)
            return Evaluation.Score.Missing("The case has no finish reason.");
        return Evaluation.Score.Of((Settings.Values ?? Usual).Contains(reason) ? 1 : 0, Threshold, $"ended by {reason}") with { Label = reason };
    }
}
