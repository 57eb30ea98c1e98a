using System.Text.Json;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Checks;

/// <summary>Real streams with known drift from window 6 on; the small streams of <see cref="TextDriftTests"/> are always there.</summary>
public sealed class DriftAimTests
{
    private const int FirstDrifted = 6;

    private static readonly string File = Path.Combine(Checkout.Root, "..", "shared", "data", "classification", "drift_streams", "stream.jsonl");
    private static readonly Lazy<IReadOnlyList<Row>> Stream = new(() => [.. System.IO.File.ReadLines(File).Select(line => JsonSerializer.Deserialize<Row>(line, Json.Options)!)]);

    private sealed record Row(string Scenario, int Window, string Text, string Label);

    private static IEnumerable<IGrouping<string, Row>> Drifting => Rows().Where(row => row.Scenario != "stable").GroupBy(row => row.Scenario);

    [Fact]
    public void Text_alone_finds_every_drifting_scenario()
    {
        var found = Drifting.Count(rows => Fails(Text(rows.Where(row => row.Window < FirstDrifted), rows.Where(row => row.Window >= FirstDrifted))));

        Assert.Equal(4, found);
    }

    [Fact]
    public void Labels_alone_find_every_drifting_scenario()
    {
        var found = Drifting.Count(rows => Fails(Labels(rows.Where(row => row.Window < FirstDrifted), rows.Where(row => row.Window >= FirstDrifted))));

        Assert.Equal(4, found);
    }

    [Fact]
    public void Single_windows_of_150_rows_are_mostly_found()
    {
        var windows = Drifting.SelectMany(rows => Enumerable.Range(FirstDrifted, 6).Select(window => (Before: rows.Where(row => row.Window < FirstDrifted), Now: rows.Where(row => row.Window == window)))).ToList();

        var (byText, byLabel) = (windows.Count(pair => Fails(Text(pair.Before, pair.Now))), windows.Count(pair => Fails(Labels(pair.Before, pair.Now))));

        TestContext.Current.TestOutputHelper!.WriteLine($"windows found: {byText} by text, {byLabel} by label");
        Assert.Equal(24, windows.Count);
        Assert.InRange(byText, 17, 24);
        Assert.InRange(byLabel, 20, 24);
    }

    [Fact]
    public void Splits_of_the_stable_stream_are_hardly_ever_flagged()
    {
        var stable = Rows().Where(row => row.Scenario == "stable").ToArray();
        var random = new Random(2026);
        var (byText, byLabel) = (0, 0);

        for (var split = 0; split < 200; split++)
        {
            random.Shuffle(stable);
            byText += Fails(Text(stable[..900], stable[900..])) ? 1 : 0;
            byLabel += Fails(Labels(stable[..900], stable[900..])) ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"stable splits flagged: {byText} by text, {byLabel} by label");
        Assert.InRange(byText, 0, 4);
        Assert.InRange(byLabel, 0, 4);
    }

    private static IReadOnlyList<Row> Rows()
    {
        Assert.SkipUnless(System.IO.File.Exists(File), "shared/data is not beside this checkout");
        return Stream.Value;
    }

    private static DriftTest Text(IEnumerable<Row> before, IEnumerable<Row> now) => TextDrift.Between([.. before.Select(row => row.Text)], [.. now.Select(row => row.Text)], seed: 1);

    private static DriftTest Labels(IEnumerable<Row> before, IEnumerable<Row> now) => CategoryDrift.Between(Counts(before), Counts(now), seed: 1);

    private static Dictionary<string, long> Counts(IEnumerable<Row> rows) => rows.GroupBy(row => row.Label).ToDictionary(same => same.Key, same => same.LongCount());

    private static bool Fails(DriftTest test) => test.Decide(test.P, DataOptions.UsualAlpha, DataOptions.UsualDrift) == Verdict.Fail;
}
