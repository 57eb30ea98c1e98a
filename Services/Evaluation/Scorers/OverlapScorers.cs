using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>ROUGE-1, ROUGE-2 or ROUGE-L as F-measure, 0 to 1, of the best reference (Lin 2004). Lower-cased runs of letters and digits, no stemming:
/// for English equal to Google's rouge_score without stemmer. Other scripts keep their letters.</summary>
internal sealed partial class RougeScorer(SuiteScorer settings) : Scorer(settings, threshold: 0.75)
{
    internal static readonly IReadOnlyList<string> Metrics = ["rouge-l", "rouge-1", "rouge-2"];

    public override Score Score(ScoredCase answered)
    {
        var references = References(answered);
        if (references.Count == 0)
            return NoReference;
        var metric = Settings.Metric ?? Metrics[0];
        var said = Tokens(answered.Output);
        var best = references.Max(reference => F(metric, said, Tokens(reference)));
        return Evaluation.Score.Of(best, Threshold, string.Create(CultureInfo.InvariantCulture, $"{metric} {best:0.###}"));
    }

    private static double F(string metric, string[] said, string[] wanted)
    {
        if (metric == "rouge-l")
            return NGrams.F(EditDistance.CommonSubsequence(wanted, said), said.Length, wanted.Length);
        var (a, b) = (NGrams.Of(said, metric == "rouge-1" ? 1 : 2), NGrams.Of(wanted, metric == "rouge-1" ? 1 : 2));
        return NGrams.F(NGrams.Shared(a, b), a.Values.Sum(), b.Values.Sum());
    }

    private static string[] Tokens(string text) => [.. Word().Matches(NormalText.Whole(text).ToLowerInvariant()).Select(match => match.Value)];

    [GeneratedRegex(@"[\p{L}\p{M}\p{Nd}]+")]
    private static partial Regex Word();
}

/// <summary>F1 of the words shared with the best reference, 0 to 1, after SQuAD's normalisation: lower case, no ASCII punctuation, no a, an, the (Rajpurkar et al. 2016).
/// Two empty texts agree.</summary>
internal sealed partial class TokenF1Scorer(SuiteScorer settings) : Scorer(settings, threshold: 0.5)
{
    public override Score Score(ScoredCase answered)
    {
        var references = References(answered);
        if (references.Count == 0)
            return NoReference;
        var said = Tokens(answered.Output);
        var best = references.Max(reference => F(said, Tokens(reference)));
        return Evaluation.Score.Of(best, Threshold, string.Create(CultureInfo.InvariantCulture, $"F1 {best:0.###} of words"));
    }

    private static double F(string[] said, string[] wanted) => said.Length == 0 || wanted.Length == 0
        ? (said.Length == wanted.Length ? 1 : 0)
        : NGrams.F(NGrams.Shared(NGrams.Of(said, 1), NGrams.Of(wanted, 1)), said.Length, wanted.Length);

    private static string[] Tokens(string text) =>
        Article().Replace(Punctuation().Replace(NormalText.Whole(text).ToLowerInvariant(), ""), " ").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"[!-/:-@\[-`{-~]")]
    private static partial Regex Punctuation();

    [GeneratedRegex(@"\b(a|an|the)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Article();
}

/// <summary>Google's GLEU, 0 to 1: the smaller of precision and recall over all runs of 1 to 4 tokens, of the best reference (Wu et al. 2016).
/// Tokens part at white space and are compared as written, as nltk's sentence_gleu over split texts.</summary>
internal sealed class GleuScorer(SuiteScorer settings) : Scorer(settings, threshold: 0.5)
{
    private const int Order = 4;

    public override Score Score(ScoredCase answered)
    {
        var references = References(answered);
        if (references.Count == 0)
            return NoReference;
        var said = Runs(answered.Output);
        var best = references.Select(Runs).Max(wanted => NGrams.Shared(said, wanted) / (double)Math.Max(Math.Max(said.Values.Sum(), wanted.Values.Sum()), 1));
        return Evaluation.Score.Of(best, Threshold, string.Create(CultureInfo.InvariantCulture, $"GLEU {best:0.###}"));
    }

    private static Dictionary<string, int> Runs(string text)
    {
        var tokens = NormalText.Whole(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return Enumerable.Range(1, Order).SelectMany(n => NGrams.Of(tokens, n)).ToDictionary();
    }
}
