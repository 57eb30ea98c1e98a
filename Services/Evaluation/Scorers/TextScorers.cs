using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>1 where the answer is one of the accepted texts, white space aside; else 0.</summary>
internal sealed class ExactScorer(SuiteScorer settings) : Scorer(settings, threshold: 1)
{
    public override Score Score(ScoredCase answered)
    {
        if (answered.Expected is not { Texts.Count: > 0 } expected)
            return Evaluation.Score.Missing("The case expects no text.");
        var output = NormalText.Plain(answered.Output);
        return expected.Texts.Any(text => NormalText.Plain(text) == output)
            ? Evaluation.Score.Of(1, Threshold, "equal")
            : Evaluation.Score.Of(0, Threshold, $"not \"{expected.Texts[0]}\"");
    }
}

/// <summary>1 where the answer contains the setting's text, or else one of the accepted texts, whatever the case of letters; else 0.</summary>
internal sealed class ContainsScorer(SuiteScorer settings) : Scorer(settings, threshold: 1)
{
    private readonly SuiteScorer settings = settings;

    public override Score Score(ScoredCase answered)
    {
        var texts = settings.Value is { } value ? [value] : answered.Expected?.Texts ?? [];
        if (texts.Count == 0)
            return Evaluation.Score.Missing("Neither the scorer nor the case names a text.");
        var output = NormalText.Plain(answered.Output);
        return texts.FirstOrDefault(text => output.Contains(NormalText.Plain(text), StringComparison.OrdinalIgnoreCase)) is { } found
            ? Evaluation.Score.Of(1, Threshold, $"contains \"{found}\"")
            : Evaluation.Score.Of(0, Threshold, $"does not contain \"{texts[0]}\"");
    }
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
            return Refusal.Invalid("scorer-incomplete", $"The regex scorer \"{settings.Name}\" needs value, the pattern.");
        try
        {
            return new RegexScorer(settings, new Regex(settings.Value, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return Refusal.Invalid("bad-pattern", $"The pattern of \"{settings.Name}\" is not usable: {e.Message} Look-around and back-references are not allowed.");
        }
    }

    public override Score Score(ScoredCase answered) => pattern.IsMatch(answered.Output)
        ? Evaluation.Score.Of(1, Threshold, "matches")
        : Evaluation.Score.Of(0, Threshold, $"does not match {pattern}");
}
