using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>Sentence BLEU-4, 0 to 1 (Papineni et al. 2002): clipped precisions against all references, brevity penalty by the reference nearest in length, exponential smoothing,
/// effective order, tokens of mteval-v13a. Equal to sacrebleu's sentence_bleu / 100 (Post 2018).</summary>
internal sealed partial class BleuScorer(SuiteScorer settings) : Scorer(settings, threshold: 0.5)
{
    private const int Order = 4;

    public override Score Score(ScoredCase answered)
    {
        var references = References(answered);
        if (references.Count == 0)
            return NoReference;
        var said = Tokens(answered.Output);
        var wanted = references.Select(Tokens).ToList();
        var length = wanted.OrderBy(reference => Math.Abs(reference.Length - said.Length)).ThenBy(reference => reference.Length).First().Length;
        var brevity = said.Length == 0 ? 0 : said.Length < length ? Math.Exp(1 - length / (double)said.Length) : 1;
        return Evaluation.Score.Of(brevity * Precision(said, wanted), Threshold, string.Create(CultureInfo.InvariantCulture, $"{said.Length} tokens for {length}, brevity {brevity:0.###}"));
    }

    /// <summary>Geometric mean of the n-gram precisions; each precision of zero counts half of what the one before it would.</summary>
    private static double Precision(string[] said, List<string[]> wanted)
    {
        var (logs, order, smooth) = (0.0, 0, 1.0);
        for (var n = 1; n <= Order && said.Length >= n; n++)
        {
            var most = new Dictionary<string, int>();
            foreach (var (gram, count) in wanted.SelectMany(reference => NGrams.Of(reference, n)))
                most[gram] = Math.Max(count, most.GetValueOrDefault(gram));
            var total = said.Length - n + 1;
            var shared = NGrams.Shared(NGrams.Of(said, n), most);
            if (shared == 0 && n == 1)
                return 0; // no word in common, so no longer run either
            order = n;
            logs += Math.Log((shared > 0 ? shared : 1 / (smooth *= 2)) / total);
        }
        return order == 0 ? 0 : Math.Exp(logs / order);
    }

    private static string[] Tokens(string text)
    {
        var line = NormalText.Whole(text).Replace("<skipped>", "", StringComparison.Ordinal).Replace("-\n", "", StringComparison.Ordinal).Replace('\n', ' ')
            .Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal).Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);
        line = Sign().Replace($" {line} ", " $1 ");
        line = PointAfterOther().Replace(line, "$1 $2 ");
        line = PointBeforeOther().Replace(line, " $1 $2");
        return DashAfterDigit().Replace(line, "$1 $2 ").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex(@"([\{-\~\[-\` -\&\(-\+\:-\@\/])")]
    private static partial Regex Sign();

    [GeneratedRegex(@"([^0-9])([\.,])")]
    private static partial Regex PointAfterOther();

    [GeneratedRegex(@"([\.,])([^0-9])")]
    private static partial Regex PointBeforeOther();

    [GeneratedRegex("([0-9])(-)")]
    private static partial Regex DashAfterDigit();
}
