namespace LlmOps.Evaluation;

/// <summary>What sort of field it is, told by its values on both sides of a comparison, so that both sides agree.</summary>
internal static class FieldKinds
{
    private const double Mostly = 0.95;
    private const double WordsOfAText = 3.5; // on average; labels have fewer
    private const int FewCategories = 20;
    private const double RepeatedCategories = 0.5; // different values per value, at most
    private const double FirstEpoch = 1e8;

    internal static FieldKind Of(string path, Layout layout, params IEnumerable<FieldProfile> profiles)
    {
        var sides = profiles.Where(side => side.Present > 0).ToList();
        var (strings, numbers, bools, rest) = (sides.Sum(side => side.Strings), sides.Sum(side => side.Numbers), sides.Sum(side => side.Bools), sides.Sum(side => side.Lists + side.Objects));
        if (strings + numbers + bools + rest == 0)
            return FieldKind.Empty;
        if (path == layout.Label?.Name)
            return FieldKind.Category;
        if (rest > strings + numbers + bools)
            return FieldKind.List;
        if (path == layout.Text?.Name && strings > 0)
            return FieldKind.Text;
        if (Layout.IsIdName(path))
            return FieldKind.Id;
        if (bools >= strings && bools >= numbers)
            return FieldKind.Bool;
        return numbers >= strings ? OfNumbers(path, sides) : OfStrings(sides, strings);
    }

    private static FieldKind OfNumbers(string path, List<FieldProfile> sides)
    {
        if ((path.EndsWith("timestamp", StringComparison.OrdinalIgnoreCase) || path.EndsWith("_at", StringComparison.Ordinal)) && sides.All(side => side.Numbers == 0 || side.Min > FirstEpoch))
            return FieldKind.Timestamp;
        var counters = sides.Where(side => side.Numbers >= DriftTest.MinSamples).ToList();
        return counters.Count > 0 && counters.All(side => side.Rising && side.Values.Take(1000).All(double.IsInteger)) ? FieldKind.Id : FieldKind.Number;
    }

    private static FieldKind OfStrings(List<FieldProfile> sides, long strings)
    {
        if (sides.Sum(side => side.Timestamps) >= Mostly * strings)
            return FieldKind.Timestamp;
        var words = (double)sides.Sum(side => side.Words) / strings;
        if (words >= WordsOfAText)
            return FieldKind.Text;
        var repeated = sides.All(side => side.Counting) &&
            (sides.Max(side => side.Categories.Count) <= FewCategories || sides.Any(side => side.Categories.Count <= RepeatedCategories * side.Present));
        if (repeated)
            return FieldKind.Category;
        return words >= 2 ? FieldKind.Text : FieldKind.Id;
    }
}
