using System.Globalization;

namespace LlmOps.Web;

/// <summary>How numbers are written on a page: with their unit, rates in percent, differences signed, never a rounded-away 0.</summary>
public static class Figures
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Count(long count) => count.ToString("N0", Culture);

    /// <param name="rate">0..1</param>
    public static string Percent(double rate) => $"{(rate * 100).ToString("0.0", Culture)} %";

    /// <summary>A share with what it is a share of; null where there is nothing to divide by.</summary>
    public static string? Share(long part, long whole) => whole == 0 ? null : Percent((double)part / whole);

    public static string Ms(double ms) => $"{ms.ToString(ms < 10 ? "0.0" : "N0", Culture)} ms";

    /// <summary>Cents from one dollar on, four digits that say something below.</summary>
    public static string Usd(decimal usd) => Math.Abs(usd) switch
    {
        0 or >= 1 => $"{usd.ToString("N2", Culture)} USD",
        var small => $"{Math.Round(usd, Math.Min(3 - (int)Math.Floor(Math.Log10((double)small)), 28)).ToString("0.00##########################", Culture)} USD",
    };

    /// <summary>A metric as people read it; its unit stands with the numbers.</summary>
    public static string Name(string metric) => metric switch
    {
        "cost_per_1k_usd" => "cost per 1,000 answers",
        _ when metric.EndsWith("_ms", StringComparison.Ordinal) => metric[..^3].Replace('_', ' '),
        _ => metric.Replace('_', ' '),
    };

    /// <summary>A metric's own value: a rate or score in percent, a time in ms, money in USD.</summary>
    public static string Value(string metric, double value) => UnitOf(metric) switch
    {
        "ms" => Ms(value),
        "USD" => Usd((decimal)value),
        "tokens" => $"{value.ToString("N0", Culture)} tokens",
        _ => Percent(value),
    };

    public static string Difference(double value, string unit) => $"{Signed(value)} {unit}";

    public static string Range(Interval interval, string unit) => $"{Signed(interval.Lo)} to {Signed(interval.Hi)} {unit}";

    /// <summary>Without a sign, for tolerances and sizes.</summary>
    public static string Size(double value, string unit) => $"{Plain(Math.Abs(value))} {unit}";

    /// <summary>True for the metrics of which less is better: errors, refusals, times, money, tokens.</summary>
    public static bool LessIsBetter(string metric) => metric is "error_rate" or "refusal_rate" || UnitOf(metric) != "pp";

    private static string UnitOf(string metric) =>
        metric.EndsWith("_ms", StringComparison.Ordinal) ? "ms"
        : metric.EndsWith("_usd", StringComparison.Ordinal) ? "USD"
        : metric.StartsWith("tokens_", StringComparison.Ordinal) ? "tokens"
        : "pp";

    private static string Signed(double value) => Plain(Math.Abs(value)) is var size && size is "0" ? "0" : (value < 0 ? "−" : "+") + size;

    private static string Plain(double size) => size switch
    {
        0 => "0",
        >= 100 => size.ToString("N0", Culture),
        >= 0.05 => size.ToString("0.0", Culture),
        _ => size.ToString("0.####", Culture),
    };
}
