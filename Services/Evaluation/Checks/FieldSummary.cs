namespace LlmOps.Evaluation;

internal static class FieldSummary
{
    private const int MostCategories = 50; // in a report

    internal static DataField Of(FieldProfile field, long rows, Layout layout)
    {
        var kind = FieldKinds.Of(field.Path, layout, field);
        var missing = rows - field.Present;
        return new DataField(field.Path, kind, missing, rows > 0 ? (double)missing / rows : 0, kind == FieldKind.Number ? Numbers(field) : null,
            kind is FieldKind.Category or FieldKind.Bool && field.Counting ? Frequent(field.Categories) : null);
    }

    private static NumberSummary Numbers(FieldProfile field)
    {
        var sorted = field.Values.ToArray();
        Array.Sort(sorted);
        return new NumberSummary(field.Min, field.Max, field.Mean, Math.Min(double.MaxValue, field.Deviation), Percentile.Of(sorted, 0.05), Percentile.Of(sorted, 0.5), Percentile.Of(sorted, 0.95));
    }

    private static Dictionary<string, long> Frequent(IReadOnlyDictionary<string, long> categories) =>
        categories.OrderByDescending(category => category.Value).ThenBy(category => category.Key, StringComparer.Ordinal).Take(MostCategories).ToDictionary(category => category.Key, category => category.Value);
}
