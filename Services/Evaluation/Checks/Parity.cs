namespace LlmOps.Evaluation;

/// <summary>What differs between a file and its reference before any statistics: fields, types, categories, ranges, spelling. What breaks a reader of the
/// rows is an error, what a person should look at a warning.</summary>
internal static class Parity
{
    private const double Always = 0.95; // share of the reference's rows from which a field belongs to every row
    private const double OutOfRange = 0.01; // share of numbers far outside the reference's range that fails
    private const double OtherSpelling = 0.5; // difference of the shares of texts with capitals, or with white space around them
    private const int Named = 5;

    internal static IEnumerable<Finding> Of(DatasetProfile reference, DatasetProfile current, Layout layout, string file)
    {
        foreach (var side in reference.Fields.Where(side => side.Present > 0))
        {
            if (current.Find(side.Path) is not { Present: > 0 } other)
            {
                if (side.Present >= Always * reference.Rows)
                    yield return Found("field-missing", IsPartOfUse(side.Path, layout) ? FindingLevel.Error : FindingLevel.Warning, $"{side.Path} stands in the reference's rows and in none here. Add it, or take a reference without it.");
                continue;
            }
            foreach (var finding in Compared(side, other, layout))
                yield return finding;
        }
        var added = current.Fields.Where(other => other.Present > 0 && reference.Find(other.Path) is not { Present: > 0 }).Select(other => other.Path).ToList();
        if (added.Count > 0)
            yield return Found("field-new", FindingLevel.Warning, $"The reference has no {Listed(added)}.");

        IEnumerable<Finding> Compared(FieldProfile side, FieldProfile other, Layout parts)
        {
            if (TypeOf(side) != TypeOf(other))
            {
                yield return Found("type-changed", FindingLevel.Error, $"{side.Path} is {TypeOf(other)} here and {TypeOf(side)} in the reference. Write it as there.");
                yield break;
            }
            var kind = FieldKinds.Of(side.Path, parts, side, other);
            if (kind == FieldKind.Category && side.Counting && other.Counting)
            {
                var known = side.Categories;
                var unseen = other.Categories.Where(category => !known.ContainsKey(category.Key)).OrderByDescending(category => category.Value).ThenBy(category => category.Key, StringComparer.Ordinal).ToList();
                if (unseen.Count > 0)
                    yield return Found("category-new", FindingLevel.Warning, $"{side.Path} has {Listed([.. unseen.Select(category => $"\"{category.Key}\" ({category.Value:N0} rows)")])}, which the reference has not.");
            }
            if (kind == FieldKind.Number && Outside(side, other) is > 0 and var outside)
                yield return Found("out-of-range", outside > OutOfRange * other.Values.Count ? FindingLevel.Error : FindingLevel.Warning, FormattableString.Invariant(
                    $"{outside:N0} values of {side.Path} lie far outside {side.Min:G6} to {side.Max:G6}, the reference's range (here {other.Min:G6} to {other.Max:G6}). Check their unit and their source."));
            if (kind is FieldKind.Category or FieldKind.Text && Math.Abs(Share(side.Capitals, side) - Share(other.Capitals, other)) > OtherSpelling)
                yield return Found("spelling-differs", FindingLevel.Warning, $"{side.Path} is mostly written with capitals on one side only. Normalise both alike.");
            if (kind is FieldKind.Category or FieldKind.Text && Math.Abs(Share(side.Untrimmed, side) - Share(other.Untrimmed, other)) > OtherSpelling)
                yield return Found("spelling-differs", FindingLevel.Warning, $"{side.Path} mostly has white space around it on one side only. Trim both alike.");
        }

        Finding Found(string rule, FindingLevel level, string message) => new(file, null, rule, level, message);
    }

    /// <summary>Labels, ids, times and sources are no inputs: rows of production lack them.</summary>
    private static bool IsPartOfUse(string path, Layout layout) =>
        path != layout.Label?.Name && path != layout.Source.Name && path != layout.Timestamp.Name && path != layout.Segment.Name && !Layout.IsIdName(path);

    /// <summary>Numbers beyond the reference's range widened by half on each side.</summary>
    private static long Outside(FieldProfile side, FieldProfile other)
    {
        var (low, high) = (side.Min - (side.Max / 2 - side.Min / 2), side.Max + (side.Max / 2 - side.Min / 2));
        return side.Numbers < DriftTest.MinSamples || (other.Min >= low && other.Max <= high) ? 0 : other.Values.LongCount(value => value < low || value > high);
    }

    private static string TypeOf(FieldProfile field) =>
        new[] { (field.Strings, "text"), (field.Numbers, "a number"), (field.Bools, "true or false"), (field.Lists, "a list"), (field.Objects, "an object") }.MaxBy(type => type.Item1).Item2;

    private static double Share(long count, FieldProfile field) => field.Strings > 0 ? (double)count / field.Strings : 0;

    private static string Listed(List<string> names) => string.Join(", ", names.Take(Named)) + (names.Count > Named ? $" and {names.Count - Named} more" : "");
}
