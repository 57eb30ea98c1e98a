namespace LlmOps.Evaluation;

/// <summary>Drift of every field of a file against its reference: one test per field, judged together.</summary>
internal static class FieldComparison
{
    private const int MostCorrelated = 8; // numbers; each goes with each

    internal static DataDrift Of(DatasetProfile reference, DatasetProfile current, Layout layout, DataOptions options)
    {
        var tests = new List<(string Field, FieldKind Kind, DriftTest Test)>();
        foreach (var side in reference.Fields)
        {
            if (current.Find(side.Path) is not { } other)
                continue; // parity says so
            var kind = FieldKinds.Of(side.Path, layout, side, other);
            if (Test(kind, side, other, options.Seed) is { } test)
                tests.Add((side.Path, kind, test));
        }
        foreach (var side in reference.Fields)
        {
            if (current.Find(side.Path) is { } other && Missing(side, reference.Rows, other, current.Rows) is { } test)
                tests.Add((side.Path, FieldKinds.Of(side.Path, layout, side, other), test));
        }
        tests.AddRange(Correlations(reference, current, [.. tests.Where(test => test.Kind == FieldKind.Number).Select(test => test.Field).Distinct().Take(MostCorrelated)]));
        var adjusted = Holm.Adjust([.. tests.Select(test => test.Test.P)]);
        var fields = tests.Select((test, i) => Judged(test.Field, test.Kind, test.Test, adjusted[i], options)).ToList();
        return new DataDrift(fields.Count > 0 ? fields.Max(field => field.Value) : null, options.MaxDrift, options.Alpha, fields);
    }

    private static DriftTest? Test(FieldKind kind, FieldProfile reference, FieldProfile current, int seed) => kind switch
    {
        FieldKind.Number => NumberDrift.Between(reference.Values, current.Values, seed),
        FieldKind.Category when !reference.Counting || !current.Counting => null, // as many labels as that are keys
        FieldKind.Category or FieldKind.Bool => CategoryDrift.Between(reference.Categories, current.Categories, seed),
        FieldKind.Text => TextDrift.Between([.. reference.Texts.OfType<string>()], [.. current.Texts.OfType<string>()], seed),
        FieldKind.Empty or FieldKind.Id or FieldKind.Timestamp or FieldKind.List => null,
    };

    private static IEnumerable<(string Field, FieldKind Kind, DriftTest Test)> Correlations(DatasetProfile reference, DatasetProfile current, IReadOnlyList<string> numbers)
    {
        for (var i = 0; i < numbers.Count; i++)
        {
            for (var j = i + 1; j < numbers.Count; j++)
            {
                if (Correlation.Between(Pairs(reference, numbers[i], numbers[j]), Pairs(current, numbers[i], numbers[j])) is { } test)
                    yield return ($"{numbers[i]} × {numbers[j]}", FieldKind.Number, test);
            }
        }
    }

    /// <summary>Both numbers of every sampled row that has them.</summary>
    private static List<(double, double)> Pairs(DatasetProfile profile, string x, string y) =>
        [.. profile.Find(x)!.Sampled.Zip(profile.Find(y)!.Sampled).Where(pair => double.IsFinite(pair.First) && double.IsFinite(pair.Second))];

    /// <summary>Where a field is missing on one side more often than on the other: the difference of the two rates.</summary>
    private static DriftTest? Missing(FieldProfile reference, long referenceRows, FieldProfile current, long currentRows)
    {
        if (referenceRows == 0 || currentRows == 0)
            return null;
        var (before, now) = (referenceRows - reference.Present, currentRows - current.Present);
        var (rate, rateNow) = ((double)before / referenceRows, (double)now / currentRows);
        if (rate == rateNow)
            return null;
        var both = (double)(before + now) / (referenceRows + currentRows);
        var error = Math.Sqrt(both * (1 - both) * (1.0 / referenceRows + 1.0 / currentRows));
        var gap = Math.Abs(rateNow - rate);
        var p = 2 * MathNet.Numerics.Distributions.Normal.CDF(0, 1, -gap / error);
        return DriftTest.Of("missing-rate", gap, gap - error * Math.Sqrt(2 / Math.PI), p, referenceRows, currentRows);
    }

    private static FieldDrift Judged(string field, FieldKind kind, DriftTest test, double adjusted, DataOptions options)
    {
        var verdict = test.Decide(adjusted, options.Alpha, options.MaxDrift);
        var reason = verdict switch
        {
            Verdict.Fail => $"{test.Method} {test.Value:0.000}, {test.Excess:0.000} beyond chance (limit {options.MaxDrift:0.###}), and chance alone gives that with p = {adjusted:0.0000}.",
            Verdict.Pass when adjusted <= options.Alpha => $"Real, and small: {test.Method} {test.Value:0.000}, {test.Excess:0.000} beyond chance.",
            Verdict.Pass => $"No more than chance gives: {test.Method} {test.Value:0.000}, p = {adjusted:0.00}.",
            Verdict.Inconclusive when Math.Min(test.Reference, test.Current) < DriftTest.MinSamples => $"{test.Reference:N0} against {test.Current:N0} values; from {DriftTest.MinSamples} on each side this can be decided.",
            Verdict.Inconclusive => $"{test.Method} {test.Value:0.000} could be drift or chance (p = {adjusted:0.00}). More rows decide it.",
        };
        return new FieldDrift(field, kind, test.Method, Rounded(test.Value), options.MaxDrift, verdict, Rounded(test.Excess), adjusted,
            test.Reference, test.Current, test.StandardErrors, test.StandardDeviations, reason);
    }

    private static double Rounded(double value) => Math.Round(value, 6);
}
