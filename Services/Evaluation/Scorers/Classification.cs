namespace LlmOps.Evaluation;

/// <summary>One classified case.</summary>
/// <param name="Predicted">Null where the answer named no label: wrong, and of no class.</param>
/// <param name="Confidence">0 to 1 in the predicted label; null where the answer stated none.</param>
public sealed record LabelPair(string Expected, string? Predicted, double? Confidence = null);

/// <summary>Figures of one label. Precision is 0 where it was never predicted, recall 0 where it never was right to, as scikit-learn with zero_division 0.</summary>
/// <param name="Support">Cases that expect it.</param>
public sealed record LabelFigures(string Label, int Support, double Precision, double Recall, double F1);

/// <summary>Cases that expect one label and got another, or the same; <paramref name="Predicted"/> null for no label.</summary>
public sealed record ConfusionCell(string Expected, string? Predicted, int Count);

/// <summary>Figures over many classified cases, all 0 to 1. Macro averages weigh every label that is expected or predicted alike.</summary>
/// <param name="Cases">Every case counts, also those without a label.</param>
/// <param name="Ece">Expected calibration error over ten equal bins of confidence (Naeini et al. 2015; Guo et al. 2017), 0 is best; null without confidences.</param>
/// <param name="Brier">Mean squared difference between the confidence in the predicted label and whether it was right (Brier 1950), 0 is best; null without confidences.</param>
/// <param name="WithConfidence">Cases that the last two rest on.</param>
public sealed record Classification(
    int Cases, double Accuracy, double MacroPrecision, double MacroRecall, double MacroF1, IReadOnlyList<LabelFigures> Labels, IReadOnlyList<ConfusionCell> Confusion,
    double? Ece, double? Brier, int WithConfidence)
{
    private const int Bins = 10;

    /// <summary>Null for no cases.</summary>
    public static Classification? Of(IReadOnlyList<LabelPair> pairs)
    {
        if (pairs.Count == 0)
            return null;
        var names = pairs.Select(pair => pair.Expected).Concat(pairs.Select(pair => pair.Predicted).OfType<string>()).Distinct().Order(StringComparer.Ordinal);
        var labels = names.Select(name => Figures(name, pairs)).ToList();
        var confusion = pairs.GroupBy(pair => (pair.Expected, pair.Predicted)).Select(cell => new ConfusionCell(cell.Key.Expected, cell.Key.Predicted, cell.Count()))
            .OrderBy(cell => cell.Expected, StringComparer.Ordinal).ThenBy(cell => cell.Predicted, StringComparer.Ordinal);
        var sure = pairs.Where(pair => pair.Confidence is not null).Select(pair => (Confidence: pair.Confidence!.Value, Right: Right(pair) ? 1.0 : 0)).ToList();
        return new Classification(
            pairs.Count, pairs.Count(Right) / (double)pairs.Count, labels.Average(label => label.Precision), labels.Average(label => label.Recall), labels.Average(label => label.F1),
            labels, [.. confusion], sure.Count == 0 ? null : Calibration(sure), sure.Count == 0 ? null : sure.Average(answer => Math.Pow(answer.Confidence - answer.Right, 2)), sure.Count);
    }

    private static bool Right(LabelPair pair) => pair.Expected == pair.Predicted;

    private static LabelFigures Figures(string label, IReadOnlyList<LabelPair> pairs)
    {
        var (right, said, wanted) = (pairs.Count(pair => pair.Expected == label && Right(pair)), pairs.Count(pair => pair.Predicted == label), pairs.Count(pair => pair.Expected == label));
        return new LabelFigures(label, wanted, right / (double)Math.Max(said, 1), right / (double)Math.Max(wanted, 1), NGrams.F(right, said, wanted));
    }

    /// <summary>Mean over the answers of |accuracy − mean confidence| of their bin; a bin holds its upper edge.</summary>
    private static double Calibration(List<(double Confidence, double Right)> answers) => answers
        .GroupBy(answer => Math.Max(0, (int)Math.Ceiling(answer.Confidence * Bins - 1e-9) - 1))
        .Sum(bin => Math.Abs(bin.Sum(answer => answer.Right - answer.Confidence))) / answers.Count;
}
