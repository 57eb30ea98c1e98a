using System.Globalization;
using System.Text.Json.Nodes;
using LlmOps.Evaluation;

namespace LlmOps.Cli;

/// <summary>What is known after so many rows: counts, the mean, and figures that no single row has.</summary>
internal sealed class ScoreTally(Scorer scorer, string file, bool keepRows)
{
    private const int MostFaultsTold = 20;

    private readonly JsonArray rows = [];
    private readonly List<LabelPair> labels = [];
    private int scored;
    private int valued;
    private double sum;

    internal List<Finding> Faults { get; } = [];

    internal bool IsEmpty => scored + Faults.Count == 0;

    /// <summary>The row's line. A missing score is written as null: it is neither a zero nor left out.</summary>
    internal string Add(ScoredCase answered, Score score)
    {
        scored++;
        if (score.Value is { } value)
        {
            valued++;
            sum += value;
        }
        if (scorer is ClassificationScorer classification && classification.Pair(answered) is { } pair)
            labels.Add(pair);
        var view = new JsonObject
        {
            ["id"] = answered.Id, ["score"] = score.Value, ["label"] = score.Label ?? (score.Value is null ? "unknown" : score.Passed ? "pass" : "fail"), ["reason"] = score.Reason,
        };
        if (score.Confidence is { } confidence)
            view["confidence"] = confidence;
        if (score.Flag is { } flag)
            view["flag"] = flag;
        if (keepRows)
            rows.Add(view);
        return view.ToJsonString(Json.Options);
    }

    internal void Fault(int line, Refusal refusal)
    {
        Faults.Add(new Finding(file, line, refusal.Code, FindingLevel.Error, refusal.Detail));
        if (Faults.Count <= MostFaultsTold)
            Console.Error.WriteLine(Terminal.Inert($"{file}:{line}: {refusal.Detail} [{refusal.Code}]"));
    }

    internal object Document() => new { rows, scored, withoutScore = scored - valued, mean = Mean, classification = Classification.Of(labels), faults = Faults };

    public override string ToString()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{scored} rows scored, {scored - valued} of them without a score, {Faults.Count} not readable; mean {(Mean is { } mean ? $"{mean:0.####}" : "none")}");
        return Classification.Of(labels) is { } figures
            ? string.Create(CultureInfo.InvariantCulture, $"{text}; macro F1 {figures.MacroF1:0.####}{(figures.Ece is { } ece ? $", ECE {ece:0.####}, Brier {figures.Brier:0.####}" : "")}")
            : text;
    }

    private double? Mean => valued > 0 ? sum / valued : null;
}
