using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>1 where the last number of the answer lies within max(<c>tolerance</c>, <c>relative_tolerance</c> · |expected|) of the expected one, else 0; without a tolerance the two must be equal.
/// The last number is the answer as GSM8K takes it (Cobbe et al. 2021). 1,250.5, 1.250,5 and 12,5 are read as people mean them, 1.250 as English; 15 % is 15.</summary>
internal sealed partial class NumericScorer : Scorer
{
    private NumericScorer(SuiteScorer settings)
        : base(settings, threshold: 1)
    {
    }

    internal static new Result<Scorer> Create(SuiteScorer settings) => settings.Value is { } value && NumberOf(value) is null
        ? new SettingRefusal("value", "bad-setting", $"The value \"{value}\" of \"{settings.Name}\" is no number. Write it as 1250.5.")
        : new NumericScorer(settings);

    public override Score Score(ScoredCase answered)
    {
        var expected = References(answered).Select(NumberOf).OfType<double>().ToList();
        if (expected.Count == 0)
            return Evaluation.Score.Missing("Neither the scorer nor the case names a number.");
        if (NumberOf(answered.Output) is not { } said)
            return Evaluation.Score.Of(0, Threshold, "says no number");
        var nearest = expected.MinBy(number => Math.Abs(number - said));
        var allowed = Math.Max(Settings.Tolerance ?? 0, (Settings.RelativeTolerance ?? 0) * Math.Abs(nearest));
        var off = Math.Abs(said - nearest);
        // 0.3 within 0.1 of 0.2: what the decimals say, not what binary fractions make of them.
        var within = off <= allowed + 1e-12 * Math.Max(Math.Abs(said), Math.Abs(nearest));
        return Evaluation.Score.Of(within ? 1 : 0, Threshold, string.Create(CultureInfo.InvariantCulture, $"says {said}, {(within ? "within" : "not within")} {allowed:0.######} of {nearest}"));
    }

    private static double? NumberOf(string text)
    {
        if (Number().Matches(NormalText.Plain(text).Replace('\u2212', '-')) is not { Count: > 0 } numbers)
            return null;
        var last = numbers[^1];
        var plain = last.Groups["comma"].Success ? last.Value.Replace(".", "", StringComparison.Ordinal).Replace(',', '.') : last.Value.Replace(",", "", StringComparison.Ordinal);
        return double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
    }

    [GeneratedRegex(@"(?<![\w.])-?((?<comma>(\d{1,3}(\.\d{3})+|\d+),\d{1,2})(?![\d,.]*\d)|(\d{1,3}(,\d{3})+(?!\d)|\d+)(\.\d+)?([eE][+-]?\d+)?)", RegexOptions.ExplicitCapture)]
    private static partial Regex Number();
}
