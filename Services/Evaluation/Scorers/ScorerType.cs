namespace LlmOps.Evaluation;

/// <summary>One type of scorer: its name in YAML, the settings it takes beside name and threshold, and how it is made.</summary>
/// <param name="Metrics">What its setting <c>metric</c> may be, the first where it is left out; empty where it has none.</param>
internal sealed record ScorerType(string Name, IReadOnlyList<string> Settings, Func<SuiteScorer, Result<Scorer>> Create, IReadOnlyList<string> Metrics)
{
    internal static readonly IReadOnlyList<ScorerType> All =
    [
        new("facts", [], settings => new FactsScorer(settings), []),
        new("exact", ["value", "values", "ignore_case"], settings => new ExactScorer(settings), []),
        new("contains", ["value", "values", "ignore_case"], settings => new ContainsScorer(settings, Contained.Any), []),
        new("contains_any", ["values", "ignore_case"], settings => new ContainsScorer(settings, Contained.Any), []),
        new("contains_all", ["values", "ignore_case"], settings => new ContainsScorer(settings, Contained.All), []),
        new("starts_with", ["value", "values", "ignore_case"], settings => new ContainsScorer(settings, Contained.AtStart), []),
        new("regex", ["value", "ignore_case"], RegexScorer.Create, []),
        new("numeric", ["value", "tolerance", "relative_tolerance"], NumericScorer.Create, []),
        new("levenshtein", ["value", "values", "ignore_case"], settings => new LevenshteinScorer(settings), []),
        new("bleu", ["value", "values"], settings => new BleuScorer(settings), []),
        new("gleu", ["value", "values"], settings => new GleuScorer(settings), []),
        new("rouge", ["value", "values", "metric"], settings => new RougeScorer(settings), RougeScorer.Metrics),
        new("f1", ["value", "values"], settings => new TokenF1Scorer(settings), []),
        new("similarity", ["value", "values"], settings => new SimilarityScorer(settings), []),
        new("classification", ["labels"], settings => new ClassificationScorer(settings), []),
        new("json", ["schema", "extract"], JsonScorer.Create, []),
        new("json_schema", ["schema", "extract"], JsonScorer.Create, []),
        new("xml", ["extract"], settings => new XmlScorer(settings), []),
        new("html", ["extract"], settings => new HtmlScorer(settings), []),
        new("tool_call", ["value", "values", "metric"], settings => new ToolCallScorer(settings), ToolCallScorer.Metrics),
        new("ranking", ["values", "metric", "k"], settings => new RankingScorer(settings), RankingScorer.Metrics),
        new("context", ["metric"], ContextScorer.Create, ContextScorer.Metrics),
        new("groundedness", [], settings => new GroundednessScorer(settings), []),
        new("refusal", [], settings => new RefusalScorer(settings), []),
        new("toxicity", [], settings => new ToxicityScorer(settings), []),
        new("length", ["min", "max"], LengthScorer.Create, []),
        new("finish_reason", ["values"], settings => new FinishReasonScorer(settings), []),
        new("latency", ["max_ms"], settings => LimitScorer.Milliseconds(settings, answered => answered.LatencyMs), []),
        new("ttft", ["max_ms"], settings => LimitScorer.Milliseconds(settings, answered => answered.TtftMs), []),
        new("cost", ["max_usd"], LimitScorer.Usd, []),
        new("judge", ["judge", "rubric", "rubrics", "repeats", "aggregate", "safety_floor"],
            settings => settings.Judge is null or Scorer.EmbeddedJudge ? RubricJudge.Create(settings) : ModelJudge.Create(settings), []),
    ];
}
