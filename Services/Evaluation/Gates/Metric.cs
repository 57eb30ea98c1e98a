using System.Globalization;

namespace LlmOps.Evaluation;

/// <summary>What a metric's name means: its unit, its good direction, and how it is read off the cases.</summary>
/// <param name="Unit">pp for rates and scores, else ms, USD or tokens.</param>
/// <param name="HigherIsBetter">Scores; everything else is better when lower.</param>
public sealed record Metric(string Name, MetricKind Kind, string Unit, bool HigherIsBetter, double Percentile = 0)
{
    public bool IsRate => Kind is MetricKind.Score or MetricKind.ErrorRate or MetricKind.RefusalRate;

    public bool IsTime => Kind is MetricKind.Latency or MetricKind.Ttft;

    /// <summary>Rates and scores are shown in percentage points, everything else as it is.</summary>
    public double Scale => IsRate ? 100 : 1;

    /// <summary>A reserved name, or else a score of that name.</summary>
    public static Metric Of(string name) => name switch
    {
        "error_rate" => new Metric(name, MetricKind.ErrorRate, "pp", HigherIsBetter: false),
        "refusal_rate" => new Metric(name, MetricKind.RefusalRate, "pp", HigherIsBetter: false),
        "cost_per_1k_usd" => new Metric(name, MetricKind.Cost, "USD", HigherIsBetter: false),
        "load_ms" => new Metric(name, MetricKind.Measure, "ms", HigherIsBetter: false),
        "memory_mb" => new Metric(name, MetricKind.Measure, "MB", HigherIsBetter: false),
        "tokens_input" => new Metric(name, MetricKind.TokensInput, "tokens", HigherIsBetter: false),
        "tokens_output" => new Metric(name, MetricKind.TokensOutput, "tokens", HigherIsBetter: false),
        _ when PercentileOf(name, "latency_p") is { } latency => new Metric(name, MetricKind.Latency, "ms", HigherIsBetter: false, latency),
        _ when PercentileOf(name, "ttft_p") is { } ttft => new Metric(name, MetricKind.Ttft, "ms", HigherIsBetter: false, ttft),
        _ => new Metric(name, MetricKind.Score, "pp", HigherIsBetter: true),
    };

    /// <summary>One case's value; null where it has none. An errored case is the worst a rate can be, and has no time, cost or tokens.</summary>
    public double? ValueOf(CaseResult result) => Kind switch
    {
        MetricKind.ErrorRate => result.Error is null ? 0 : 1,
        MetricKind.RefusalRate when result.Error is not null => 1,
        MetricKind.RefusalRate => result.Flags?.Contains(Refusals.Flag) ?? Refusals.Is(result.Output) ? 1 : 0,
        MetricKind.Score when result.Error is not null => 0,
        MetricKind.Score => result.Scores.TryGetValue(Name, out var score) ? score : null,
        MetricKind.Latency => result.Error is null && result.Flags?.Contains("cached") != true ? result.LatencyMs : null,
        MetricKind.Ttft => result.Error is null && result.Flags?.Contains("cached") != true ? result.TtftMs : null,
        MetricKind.Cost => (double?)result.CostUsd * 1000,
        MetricKind.TokensInput => result.Tokens?.Input,
        MetricKind.TokensOutput => result.Tokens?.Output,
        MetricKind.Measure => result.Measures?.TryGetValue(Name, out var measured) == true ? measured : null,
    };

    private static double? PercentileOf(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith("_ms", StringComparison.Ordinal)
        && double.TryParse(name.AsSpan(prefix.Length, name.Length - prefix.Length - 3), NumberStyles.None, CultureInfo.InvariantCulture, out var percent)
        && percent is > 0 and < 100 ? percent / 100 : null;
}

public enum MetricKind { Score, ErrorRate, RefusalRate, Latency, Ttft, Cost, TokensInput, TokensOutput, Measure }
