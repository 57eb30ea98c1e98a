using System.Globalization;

namespace LlmOps.Evaluation;

/// <summary>The passages that an answer was given, by the words they hold, 0 to 1 (the measures of RAGAS, Es et al. 2023, reckoned without a model).
/// recall: share of the expected facts that stand in them, or of the content words of the expected text. precision: mean precision at the ranks of the useful passages, those with an expected fact or half of the expected text's words.
/// relevance: share of the passages that take up a third or more of the question's content words.</summary>
internal sealed class ContextScorer : Scorer
{
    internal static readonly IReadOnlyList<string> Metrics = ["recall", "precision", "relevance"];

    private const double Useful = 0.5;
    private const double Related = 1 / 3.0;

    private ContextScorer(SuiteScorer settings)
        : base(settings, threshold: 0.5)
    {
    }

    internal static new Result<Scorer> Create(SuiteScorer settings) => settings.Metric is null
        ? new SettingRefusal("type", "scorer-incomplete", $"The context scorer \"{settings.Name}\" needs metric: {string.Join(", ", Metrics)}.")
        : new ContextScorer(settings);

    public override Score Score(ScoredCase answered)
    {
        if (answered.Context.Count == 0)
            return Evaluation.Score.Missing("The case has no context.");
        if (Settings.Metric == "relevance")
            return Relevance(answered);
        if (answered.Expected is null or { Facts.Count: 0, Texts.Count: 0 })
            return Evaluation.Score.Missing("The case has no reference.");
        return Settings.Metric == "recall" ? Of(Held(answered.Expected, string.Join("\n", answered.Context))) : Precision(answered.Expected, answered.Context);
    }

    private Score Precision(Expectation expected, IReadOnlyList<string> passages)
    {
        var ranks = passages.Index().Where(passage => Held(expected, passage.Item) is var held && (expected.Facts.Count > 0 ? held > 0 : held >= Useful)).Select(passage => passage.Index + 1).ToList();
        return Of(ranks.Count == 0 ? 0 : ranks.Index().Average(hit => (hit.Index + 1) / (double)hit.Item));
    }

    private Score Relevance(ScoredCase answered)
    {
        var asked = Keys(answered.Input);
        return asked.Count == 0
            ? Evaluation.Score.Missing("The question has no content words.")
            : Of(answered.Context.Count(passage => Share(asked, passage) >= Related) / (double)answered.Context.Count);
    }

    private Score Of(double value) => Evaluation.Score.Of(value, Threshold, string.Create(CultureInfo.InvariantCulture, $"{Settings.Metric} {value:0.###} of the context"));

    /// <summary>Share of the facts, or of the words of the best accepted text.</summary>
    private static double Held(Expectation expected, string text) => expected.Facts.Count > 0
        ? expected.Facts.Count(fact => Fact.Parse(fact)?.In(text) == true) / (double)expected.Facts.Count
        : expected.Texts.Max(accepted => Share(Keys(accepted), text));

    private static double Share(HashSet<string> keys, string text) => keys.Count == 0 ? 0 : keys.Count(Keys(text).Contains) / (double)keys.Count;

    private static HashSet<string> Keys(string text) => [.. Words.Content(text).Select(Words.Key)];
}
