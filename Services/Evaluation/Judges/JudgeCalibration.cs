namespace LlmOps.Evaluation;

/// <summary>A judge held against humans: the file that lets gates use it. Rates are 0 to 1, intervals cover 95 %.</summary>
/// <param name="JudgeId">Hash of <paramref name="Judge"/>.</param>
/// <param name="N">Rows that both the human and the judge judged.</param>
/// <param name="Kappa">Null where all labels are one.</param>
/// <param name="Abstained">Labelled rows for which the judge gave no score: they are no agreement.</param>
/// <param name="PassRate">What the judge passes among the rows that no human judged, and what humans would; null where there are none.</param>
/// <param name="Segments">Kappa of each slice that has one.</param>
/// <param name="Minimum">Of kappa.</param>
public sealed record JudgeCalibration(
    int SchemaVersion, string JudgeId, JudgeVersion Judge, ReportDataset Dataset, int N, RateOf? Kappa, Confusion Confusion, RateOf? Sensitivity, RateOf? Specificity,
    int Abstained, RateOf? AbstainRate, JudgedRate? PassRate, IReadOnlyList<JudgedSegment> Segments, IReadOnlyList<JudgeProbe> Probes, double Minimum, Verdict Verdict, string Reason)
{
    public const double DefaultMinimum = 0.6;

    /// <summary>Fewer rows of either label say too little about the judge, however well they agree.</summary>
    public const int LeastOfEach = 10;
}

/// <param name="Corrected">For the judge's errors; null where that cannot be told.</param>
public sealed record JudgedRate(int N, RateOf Observed, RateOf? Corrected);

public sealed record JudgedSegment(string Segment, int N, RateOf? Kappa);
