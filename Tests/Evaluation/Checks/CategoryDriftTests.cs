using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Checks;

public sealed class CategoryDriftTests
{
    // Distances by scipy.spatial.distance.jensenshannon with base 2; the first three are G8 to G10 of the published pipelines.
    [Theory]
    [InlineData(new long[] { 50, 50 }, new long[] { 60, 40 }, 0.0854351)]
    [InlineData(new long[] { 95, 5 }, new long[] { 60, 40 }, 0.3748587)]
    [InlineData(new long[] { 20, 80 }, new long[] { 65, 35 }, 0.3946013)]
    [InlineData(new long[] { 30, 50, 20 }, new long[] { 30, 20, 50 }, 0.3095410)]
    [InlineData(new long[] { 10, 0 }, new long[] { 0, 10 }, 1)]
    [InlineData(new long[] { 7, 7 }, new long[] { 7, 7 }, 0)]
    public void The_distance_is_Jensen_Shannons_in_bits(long[] reference, long[] current, double expected)
    {
        var distance = CategoryDrift.Distance(Counts(reference), Counts(current));

        Assert.Equal(expected, distance!.Value, 1e-6);
    }

    [Fact]
    public void The_distance_is_symmetric()
    {
        var (a, b) = (Counts([60, 40]), Counts([95, 5]));

        Assert.Equal(CategoryDrift.Distance(a, b)!.Value, CategoryDrift.Distance(b, a)!.Value, 1e-15);
    }

    // G11: the published formula is infinite here.
    [Fact]
    public void A_label_that_is_new_has_a_finite_distance()
    {
        var distance = CategoryDrift.Distance(new Dictionary<string, long> { ["a"] = 100 }, new Dictionary<string, long> { ["a"] = 50, ["new"] = 50 });

        Assert.InRange(distance!.Value, 0.1, 1);
    }

    [Fact]
    public void Nothing_against_something_has_no_distance_and_no_verdict()
    {
        var (none, some) = (new Dictionary<string, long>(), Counts([90, 10]));

        var test = CategoryDrift.Between(none, some, seed: 1);

        Assert.Null(CategoryDrift.Distance(none, some));
        Assert.Equal(Verdict.Inconclusive, test.Decide(test.P, 0.05, 0.1));
    }

    [Theory]
    [InlineData(4, Verdict.Inconclusive)] // 8 rows raise no alarm
    [InlineData(10, Verdict.Fail)]
    [InlineData(50_000, Verdict.Fail)]
    public void Opposite_labels_are_drift_as_soon_as_there_are_enough_of_them(long rows, Verdict expected)
    {
        var test = CategoryDrift.Between(Counts([rows * 2, 0]), Counts([0, rows * 2]), seed: 1);

        Assert.Equal(expected, test.Decide(test.P, 0.05, 0.1));
    }

    // Chi-square over the same table by scipy.stats.chi2_contingency without correction.
    [Fact]
    public void Many_values_are_tested_by_chi_square()
    {
        var test = CategoryDrift.Between(Counts([12_000, 8_000, 5_000]), Counts([11_800, 8_250, 4_950]), seed: 1);

        Assert.Equal(ChiSquareP, test.P, 1e-9);
        Assert.Equal(Verdict.Pass, test.Decide(test.P, 0.05, 0.1)); // real or not, it is small
    }

    [Fact]
    public void What_chance_gives_with_many_labels_and_few_rows_is_taken_off()
    {
        var random = new Random(4);

        var tests = Enumerable.Range(0, 200).Select(_ => CategoryDrift.Between(Draw(random, 900), Draw(random, 150), seed: 1)).ToList();

        Assert.True(tests.Average(test => test.Value) > 0.2); // far above the limit
        Assert.InRange(tests.Count(test => test.Decide(test.P, 0.05, 0.1) == Verdict.Fail), 0, 19); // 10 expected; 19 is three standard errors above
    }

    private const double ChiSquareP = 0.05562952473606561;

    private static Dictionary<string, long> Draw(Random random, int rows) =>
        Enumerable.Range(0, rows).Select(_ => random.Next(45)).GroupBy(label => $"label-{label}").ToDictionary(same => same.Key, same => same.LongCount());

    private static Dictionary<string, long> Counts(long[] counts) => counts.Select((count, i) => (Name: $"label-{i}", count)).ToDictionary(pair => pair.Name, pair => pair.count);
}
