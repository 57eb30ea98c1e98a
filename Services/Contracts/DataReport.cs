namespace LlmOps;

/// <summary>What the data gate found in one file of rows. Every figure is finite; what could not be decided says so in its verdict.</summary>
/// <param name="Dataset">The file's name.</param>
/// <param name="Sha256">Of the file's bytes.</param>
/// <param name="TotalSamples">Rows that are not blank, broken ones included.</param>
/// <param name="LabelDistribution">Share of each label among the labelled rows, 0 to 1.</param>
/// <param name="Segments">Rows of each slice, where rows carry one.</param>
/// <param name="SchemaViolations">The first of them, in the order of the rows.</param>
/// <param name="ViolationCount">All of them, listed or not.</param>
/// <param name="Findings">What else was noticed; errors decide the verdict, warnings do not.</param>
/// <param name="Reason">One sentence for people.</param>
public sealed record DataReport(
    int SchemaVersion, string Dataset, string Sha256, long TotalSamples, IReadOnlyDictionary<string, double> LabelDistribution,
    IReadOnlyDictionary<string, long> Segments, IReadOnlyList<DataViolation> SchemaViolations, long ViolationCount, IReadOnlyList<DataField> Fields,
    DataDrift Drift, DataDuplicates Duplicates, DataContamination? Contamination, DataPii Pii, DataLineage Lineage, DataSample Sample,
    IReadOnlyList<Finding> Findings, bool IsValid, Verdict Verdict, string Reason)
{
    public const int CurrentSchema = 1;
}

/// <param name="Line">1-based; 0 where the whole file is meant.</param>
/// <param name="Field">Dotted path; null where the row itself is broken.</param>
/// <param name="Rule">Stable, kebab-case.</param>
public sealed record DataViolation(long Line, string? Field, string Rule, string Message);

public enum FieldKind { Empty, Number, Category, Text, Id, Timestamp, Bool, List }

/// <summary>One field over all rows.</summary>
/// <param name="Field">Dotted path.</param>
/// <param name="Missing">Rows where it is absent, null or blank.</param>
/// <param name="Numbers">Null where it holds none.</param>
/// <param name="Categories">Rows of each value, the most frequent ones; null where its values are free.</param>
public sealed record DataField(string Field, FieldKind Kind, long Missing, double MissingRate, NumberSummary? Numbers, IReadOnlyDictionary<string, long>? Categories);

/// <param name="Deviation">Standard deviation of the values.</param>
public sealed record NumberSummary(double Min, double Max, double Mean, double Deviation, double P5, double P50, double P95);

/// <param name="Max">The largest value of a tested field; null where nothing could be tested.</param>
/// <param name="Threshold">The effect size beyond chance up to which a field may differ.</param>
/// <param name="Alpha">Chance of even one false alarm over all fields (Holm).</param>
public sealed record DataDrift(double? Max, double Threshold, double Alpha, IReadOnlyList<FieldDrift> Fields);

/// <param name="Value">Effect size by <paramref name="Method"/>, 0 to 1.</param>
/// <param name="BeyondChance">The part of it that samples of this size do not show without drift.</param>
/// <param name="P">Adjusted for all tested fields.</param>
/// <param name="StandardErrors">Shift of the mean; numbers only.</param>
/// <param name="Reason">One sentence for people.</param>
public sealed record FieldDrift(
    string Field, FieldKind Kind, string Method, double Value, double Threshold, Verdict Verdict, double BeyondChance, double P,
    long Reference, long Current, double? StandardErrors, double? StandardDeviations, string Reason);

/// <param name="Exact">Rows whose content, but for case and white space, stands in an earlier row.</param>
/// <param name="ConflictingLabels">Those among them with another label than the earlier row.</param>
/// <param name="Near">Rows of the sample that say the same as another row in other words.</param>
/// <param name="Examples">The first pairs.</param>
public sealed record DataDuplicates(long Exact, long ConflictingLabels, long Near, IReadOnlyList<DataPair> Examples);

/// <param name="Line">Of the later row.</param>
/// <param name="Other">File, where it is another one, and line of what it repeats.</param>
/// <param name="Kind">exact, near or contained.</param>
/// <param name="Similarity">0 to 1.</param>
public sealed record DataPair(long Line, string Other, string Kind, double Similarity);

/// <summary>Rows that also stand in another set, a prompt or its examples.</summary>
/// <param name="Rows">Rows found in at least one of the others.</param>
/// <param name="Against">Pieces of text that each other file was read as.</param>
public sealed record DataContamination(long Rows, IReadOnlyDictionary<string, long> Against, IReadOnlyList<DataPair> Examples);

/// <param name="Rows">Rows of the sample with at least one find.</param>
/// <param name="Types">Rows in which each type occurs.</param>
public sealed record DataPii(long Rows, IReadOnlyDictionary<string, long> Types, IReadOnlyList<long> Lines);

/// <param name="WithoutSource">Rows that do not say where they come from.</param>
/// <param name="Sources">Different sources, as far as they were counted.</param>
public sealed record DataLineage(long WithoutSource, int Sources);

/// <summary>The rows that near duplicates, PII and text drift were looked for in.</summary>
/// <param name="Rows">Rows drawn; all of them when <paramref name="Whole"/>.</param>
public sealed record DataSample(long Rows, bool Whole, int Seed);
