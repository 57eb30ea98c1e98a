namespace LlmOps.Evaluation;

/// <summary>What a person should know of a file by itself: missing values, repeats, lineage, balance of the labels.</summary>
internal static class Oddities
{
    private const double Lopsided = 0.9; // share of one label
    private const double Sparse = 0.05;
    private const int MostNamed = 5;

    internal static IEnumerable<Finding> Of(DataReport report, DatasetProfile profile, DataOptions options)
    {
        if (options.MaxMissing is { } most)
        {
            foreach (var field in report.Fields.Where(field => field.MissingRate > most))
                yield return Found("too-many-missing", FindingLevel.Error, $"{field.Field} is missing in {field.MissingRate:P1} of the rows, more than {most:P1}. Fill it in, or raise the limit.");
        }
        else if (report.Fields.Where(field => field.MissingRate > Sparse).OrderByDescending(field => field.MissingRate).ToList() is { Count: > 0 } sparse)
        {
            var named = string.Join(", ", sparse.Take(MostNamed).Select(field => $"{field.Field} ({field.MissingRate:P0})"));
            yield return Found("missing-values", FindingLevel.Note, $"Missing in some rows: {named}{(sparse.Count > MostNamed ? $" and {sparse.Count - MostNamed} more" : "")}. Where that may not be, set --max-missing or a schema.");
        }
        if (report.Duplicates.Exact > 0)
            yield return Found("duplicates", FindingLevel.Warning, $"{report.Duplicates.Exact:N0} rows repeat an earlier one. They count twice in every figure; drop them unless that is meant.");
        if (report.Duplicates.ConflictingLabels > 0)
            yield return Found("conflicting-labels", FindingLevel.Warning, $"{report.Duplicates.ConflictingLabels:N0} rows have another label than an earlier row with the same content. One of the two is wrong.");
        if (report.Duplicates.Near > 0)
            yield return Found("near-duplicates", FindingLevel.Warning, $"{report.Duplicates.Near:N0} rows say the same as an earlier one in other words.");
        if (report.Lineage.WithoutSource > 0 && report.TotalSamples > 0)
            yield return Found("no-source", FindingLevel.Warning, $"{report.Lineage.WithoutSource:N0} of {report.TotalSamples:N0} rows do not say where they come from. Give each a source.");
        if (report.LabelDistribution.FirstOrDefault() is { Key: not null, Value: > Lopsided } label && profile.Rows >= DriftTest.MinSamples)
            yield return Found("label-imbalance", FindingLevel.Warning, $"{label.Value:P1} of the labelled rows are \"{label.Key}\": answering that always looks right.");
        if (profile.HasFreeKeys)
            yield return Found("free-keys", FindingLevel.Warning, "The rows have more field names than can be data fields; those that came late were not looked at. Put names that are data into values.");
        if (report.Pii.Rows > 0)
            yield return Found("pii", FindingLevel.Warning, $"{report.Pii.Rows:N0} rows hold personal data ({string.Join(", ", report.Pii.Types.Keys.Order(StringComparer.Ordinal))}). Strip it before the set is shared.");

        Finding Found(string rule, FindingLevel level, string message) => new(report.Dataset, null, rule, level, message);
    }
}
