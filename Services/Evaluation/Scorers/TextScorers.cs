using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>1 where the answer is one of the accepted texts, white space aside; else 0. Case of letters counts unless <c>ignore_case</c> is set.</summary>
internal sealed class ExactScorer(SuiteScorer settings) : Scorer(settings, threshold: 1)
{
    public override Score Score(ScoredCase answered)
    {
        var texts = References(answered);
        if (texts.Count == 0)
            return NoReference;
        var output = NormalText.Plain(answered.Output);
        return texts.Any(text => string.Equals(NormalText.Plain(text), output, Settings.IgnoreCase == true ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
            ? Evaluation.Score.Of(1, Threshold, "equal")
            : Evaluation.Score.Of(0, Threshold, $"not \"{texts[0]}\"");
    }
}

internal enum Contained { Any, All, AtStart }

/// <summary>1 where the answer contains, or starts with, one of the texts; of contains_all the share of them it contains. Case of letters does not count
/// unless <c>ignore_case: false</c>. The texts are the scorer's own, else those that the case accepts.</summary>
internal sealed class ContainsScorer(SuiteScorer settings, Contained how) : Scorer(settings, threshold: 1)
{
    public override Score Score(ScoredCase answered)
    {
        var texts = References(answered);
        if (texts.Count == 0)
            return NoReference;
        var compare = Settings.IgnoreCase == false ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        var output = NormalText.Plain(answered.Output);
        var found = texts.Where(text => In(output, NormalText.Plain(text), compare)).ToList();
        var (verb, not) = how == Contained.AtStart ? ("starts with", "does not start with") : ("contains", "does not contain");
        if (how == Contained.All)
            return Evaluation.Score.Of(found.Count / (double)texts.Count, Threshold, found.Count == texts.Count ? $"contains all {texts.Count}" : $"missing: {string.Join("; ", texts.Except(found))}");
        return found.Count > 0
            ? Evaluation.Score.Of(1, Threshold, $"{verb} \"{found[0]}\"")
            : Evaluation.Score.Of(0, Threshold, $"{not} \"{texts[0]}\"");
    }

    /// <summary>The empty text is in the empty answer alone.</summary>
    private bool In(string output, string text, StringComparison compare) =>
        text.Length == 0 ? output.Length == 0 : how == Contained.AtStart ? output.StartsWith(text, compare) : output.Contains(text, compare);
}

/// <summary>1 where the answer matches the setting's pattern; else 0. The pattern runs in linear time on any input.</summary>
internal sealed class RegexScorer : Scorer
{
    private readonly Regex pattern;

    private RegexScorer(SuiteScorer settings, Regex pattern)
        : base(settings, threshold: 1) => this.pattern = pattern;

    internal static new Result<Scorer> Create(SuiteScorer settings)
    {
        if (settings.Value is null)
            return new SettingRefusal("type", "scorer-incomplete", $"The regex scorer \"{settings.Name}\" needs value, the pattern.");
        try
        {
            var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (settings.IgnoreCase == true ? RegexOptions.IgnoreCase : RegexOptions.None);
            return new RegexScorer(settings, new Regex(settings.Value, options));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return new SettingRefusal("value", "bad-pattern", $"The pattern of \"{settings.Name}\" is not usable: {e.Message} Look-around and back-references are not allowed.");
        }
    }

    public override Score Score(ScoredCase answered) => pattern.IsMatch(answered.Output)
        ? Evaluation.Score.Of(1, Threshold, "matches")
        : Evaluation.Score.Of(0, Threshold, $"does not match {pattern}");
}
