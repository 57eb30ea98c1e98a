using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>1 inside the wanted number of words, falling in proportion outside; 0 where the model was cut off (an answer just under the limit of tokens
/// is not short, it is unfinished). Unit: words.</summary>
internal sealed partial class LengthScorer(SuiteScorer settings) : Scorer(settings, threshold: 1)
{
    internal static new Result<Scorer> Create(SuiteScorer settings) => settings switch
    {
        { Min: null, Max: null } => Refusal.Invalid("scorer-incomplete", $"The length scorer \"{settings.Name}\" needs min or max, in words."),
        { Min: { } min, Max: { } max } when min > max => new SettingRefusal("min", "bad-setting", $"The length scorer \"{settings.Name}\" has min {min} above max {max}. No answer could pass."),
        _ => new LengthScorer(settings),
    };

    public override Score Score(ScoredCase answered)
    {
        if (answered.FinishReason == "length")
            return Evaluation.Score.Of(0, Threshold, "cut off at the limit of tokens");
        var words = Word().Count(answered.Output);
        var share = words < Settings.Min ? words / (double)Settings.Min : words > Settings.Max ? (double)Settings.Max / words : 1;
        return Evaluation.Score.Of(share, Threshold, $"{words} words");
    }

    [GeneratedRegex(@"\w[\w'’-]*")]
    private static partial Regex Word();
}
