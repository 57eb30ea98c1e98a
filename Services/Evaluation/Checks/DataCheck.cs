using System.Security.Cryptography;

namespace LlmOps.Evaluation;

/// <summary>The data gate: everything that can be found wrong with a file of rows before anything is evaluated on it or trained from it.
/// Streams the file; memory grows with its different rows' hashes and numbers, not with its texts.</summary>
public static class DataCheck
{
    internal const int SampleSize = 50_000;

    private const int MostListed = 100; // violations

    public static Result<DataReport> Of(DataSource data, DataOptions options)
    {
        var layout = Layout.Of(data, options);
        var violations = new List<DataViolation>();
        var violationCount = 0L;
        var current = new DatasetProfile(new RowSample(SampleSize, options.Seed, options.Full));
        var duplicates = new ExactDuplicates(layout);
        var schema = options.Schema is { } contract ? new SchemaCheck(contract) : null;
        var rules = new RowRules(layout, schema, Violate);

        using var sha256 = SHA256.Create();
        long total;
        using (var stream = new CryptoStream(data.Open(), sha256, CryptoStreamMode.Read))
        {
            var rows = new Rows(stream, data.Name, Violate);
            rows.Each((line, row) =>
            {
                rules.Check(line, row);
                current.Add(line, row);
                duplicates.Add(line, row);
            });
            total = rows.Total;
            stream.CopyTo(Stream.Null); // the hash is of the whole file, also where a broken header ended the rows
        }
        foreach (var violation in schema?.End() ?? [])
            Violate(RowRules.Of(violation, line: 0));
        if (total == 0)
            Violate(new DataViolation(0, null, "empty-dataset", "The file has no rows, so nothing can be decided on it. Add rows, one JSON object per line."));

        var drift = new DataDrift(null, options.MaxDrift, options.Alpha, []);
        var findings = new List<Finding>();
        if (options.Reference is { } source)
        {
            var (reference, broken) = Profile(source, options);
            if (reference.Rows == 0)
                return Refusal.Invalid("reference-empty", $"{source.Name} has no sound row, so nothing can be held against it. Name a reference with rows.");
            if (broken > 0)
                findings.Add(new Finding(source.Name, null, "reference-broken", FindingLevel.Warning, $"{broken:N0} rows of the reference cannot be read and were left out. Check it first."));
            drift = FieldComparison.Of(reference, current, layout, options);
            findings.AddRange(Parity.Of(reference, current, layout, data.Name));
        }
        var texts = SampledTexts.Of(current, layout);
        var (near, nearExamples) = NearDuplicates.Of(texts);
        var report = new DataReport(
            DataReport.CurrentSchema, data.Name, Convert.ToHexStringLower(sha256.Hash!), total,
            Shares(layout.Label is { } label ? current.Find(label.Name)?.Categories : null), current.Find(layout.Segment.Name)?.Categories ?? new Dictionary<string, long>(),
            violations, violationCount, [.. current.Fields.Select(field => FieldSummary.Of(field, current.Rows, layout))],
            drift, new DataDuplicates(duplicates.Count, duplicates.Conflicting, near, [.. duplicates.Examples, .. nearExamples]),
            options.Against.Count > 0 ? Contamination.Of(texts, options.Against) : null, Pii(texts),
            new DataLineage(total - (current.Find(layout.Source.Name)?.Present ?? 0), current.Find(layout.Source.Name)?.Categories.Count ?? 0),
            new DataSample(current.Sample.Lines.Count, current.Sample.IsWhole, options.Seed), findings, false, Verdict.Inconclusive, "");
        return DataVerdict.Of(report with { Findings = [.. findings, .. Oddities.Of(report, current, options)] }, compared: options.Reference is not null);

        void Violate(DataViolation violation)
        {
            if (violationCount++ < MostListed)
                violations.Add(violation);
        }
    }

    private static DataPii Pii(IReadOnlyList<(long Line, string Text)> texts)
    {
        var found = texts.Select(text => (text.Line, Types: PiiDetector.Scan(text.Text).Spans.Select(span => span.Type).Distinct().ToList())).Where(text => text.Types.Count > 0).ToList();
        return new DataPii(found.Count, found.SelectMany(text => text.Types).GroupBy(type => type).ToDictionary(same => same.Key, same => same.LongCount()),
            [.. found.Select(text => text.Line).Order().Take(MostListed)]);
    }

    private static (DatasetProfile Profile, long Broken) Profile(DataSource source, DataOptions options)
    {
        var broken = 0L;
        var profile = new DatasetProfile(new RowSample(SampleSize, options.Seed, options.Full));
        using var stream = source.Open();
        new Rows(stream, source.Name, _ => broken++).Each(profile.Add);
        return (profile, broken);
    }

    private static Dictionary<string, double> Shares(IReadOnlyDictionary<string, long>? counts)
    {
        var all = counts?.Values.Sum() ?? 0;
        return counts is null ? [] : counts.OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal).ToDictionary(count => count.Key, count => (double)count.Value / all);
    }
}
