using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Checks;

public sealed class ComparisonTests
{
    private static readonly string[] Rooms = ["single", "double", "suite"];

    [Fact]
    public void Rows_of_the_same_kind_pass_in_every_field()
    {
        var report = Compare(Stays(600, seed: 1), Stays(400, seed: 2));

        Assert.Equal(Verdict.Pass, report.Verdict);
        Assert.Equal(["guest.age", "guest.vip", "nights", "price", "room", "nights × guest.age", "nights × price", "price × guest.age"],
            report.Drift.Fields.Select(field => field.Field).OrderBy(field => field.Contains('×', StringComparison.Ordinal)).ThenBy(field => field, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("price", "mean-shift")]
    [InlineData("room", "jensen-shannon")]
    [InlineData("guest.vip", "jensen-shannon")]
    [InlineData("guest.age", "missing-rate")]
    public void Drift_in_one_field_is_named_and_no_other_fails(string field, string method)
    {
        var now = Stays(600, seed: 2, row =>
        {
            var rare = row["id"]!.GetValue<int>() % 3 == 0;
            if (field == "price")
                row["price"] = row["price"]!.GetValue<double>() + 60;
            else if (field == "room" && rare)
                row["room"] = "suite";
            else if (field == "guest.vip" && rare)
                row["guest"]!["vip"] = true;
            else if (field == "guest.age" && rare)
                row["guest"]!.AsObject().Remove("age");
        });

        var report = Compare(Stays(600, seed: 1), now);

        var failed = Assert.Single(report.Drift.Fields, drift => drift.Verdict == Verdict.Fail);
        Assert.Equal(field, failed.Field);
        Assert.Contains(failed.Method, new[] { method, NumberDrift.Shape });
        Assert.Equal(Verdict.Fail, report.Verdict);
    }

    [Fact]
    public void Numbers_that_no_longer_go_together_are_found()
    {
        var random = new Random(9);
        var now = Stays(600, seed: 2, row => row["price"] = Math.Round(80 + 900 * random.NextDouble() * random.NextDouble(), 2));

        var report = Compare(Stays(600, seed: 1), now);

        Assert.Contains(report.Drift.Fields, drift => drift is { Field: "nights × price", Verdict: Verdict.Fail });
    }

    [Theory]
    [InlineData("type-changed", FindingLevel.Error)]
    [InlineData("field-missing", FindingLevel.Error)]
    [InlineData("out-of-range", FindingLevel.Error)]
    [InlineData("field-new", FindingLevel.Warning)]
    [InlineData("category-new", FindingLevel.Warning)]
    [InlineData("spelling-differs", FindingLevel.Warning)]
    public void What_training_and_serving_read_differently_is_found(string rule, FindingLevel level)
    {
        var now = Stays(200, seed: 2, row =>
        {
            var rare = row["id"]!.GetValue<int>() % 20 == 0;
            switch (rule)
            {
                case "type-changed":
                    row["nights"] = row["nights"]!.ToJsonString();
                    break;
                case "field-missing":
                    row.Remove("room");
                    break;
                case "out-of-range" when rare:
                    row["nights"] = 99_999;
                    break;
                case "field-new":
                    row["floor"] = 3;
                    break;
                case "category-new" when rare:
                    row["room"] = "penthouse";
                    break;
                case "spelling-differs":
                    row["room"] = row["room"]!.GetValue<string>().ToUpperInvariant();
                    break;
            }
        });

        var report = Compare(Stays(600, seed: 1), now);

        Assert.Contains(report.Findings, finding => finding.Rule == rule && finding.Level == level);
        if (level == FindingLevel.Error)
            Assert.Equal(Verdict.Fail, report.Verdict);
    }

    [Fact]
    public void Of_200_files_that_have_not_drifted_no_more_are_flagged_than_alpha_allows()
    {
        var reference = Source(Stays(300, seed: 1000));
        var flagged = 0;

        for (var seed = 0; seed < 200; seed++)
        {
            var report = DataCheck.Of(Source(Stays(60, seed)), new DataOptions { Reference = reference, Alpha = 0.05, MaxDrift = 0, Seed = seed }).Value!;
            flagged += report.Drift.Fields.Any(field => field.Verdict == Verdict.Fail) ? 1 : 0;
        }

        Assert.InRange(flagged, 0, 19); // 10 allowed over all fields together; 19 is three standard errors above
    }

    [Fact]
    public void A_reference_without_a_sound_row_is_refused()
    {
        var refused = DataCheck.Of(Source(Stays(30, seed: 1)), new DataOptions { Reference = DataSource.Of("before.jsonl", "{broken\n"u8.ToArray()) });

        Assert.Equal("reference-empty", refused.Refusal?.Code);
    }

    [Fact]
    public void Nothing_to_compare_is_no_pass()
    {
        var report = Compare("""{"id": 1, "a": "x"}""", """{"id": 1, "b": "y"}""");

        Assert.NotEqual(Verdict.Pass, report.Verdict);
        Assert.Null(report.Drift.Max);
    }

    [Fact]
    public void Missing_values_are_told_where_no_limit_is_given()
    {
        var rows = Source(Stays(100, seed: 1, row => { if (row["id"]!.GetValue<int>() % 4 == 0) row["room"] = null; }));

        var report = DataCheck.Of(rows, new DataOptions()).Value!;

        Assert.Contains("room (25", Assert.Single(report.Findings, finding => finding.Rule == "missing-values").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_missing_values_fail_where_a_limit_is_given()
    {
        var rows = Source(Stays(100, seed: 1, row => { if (row["id"]!.GetValue<int>() % 4 == 0) row["room"] = null; }));

        var (strict, lax) = (DataCheck.Of(rows, new DataOptions { MaxMissing = 0.2 }).Value!, DataCheck.Of(rows, new DataOptions { MaxMissing = 0.25 }).Value!);

        Assert.Equal((Verdict.Fail, Verdict.Pass), (strict.Verdict, lax.Verdict));
        Assert.Equal(0.25, lax.Fields.Single(field => field.Field == "room").MissingRate);
    }

    [Fact]
    public void A_schema_takes_the_place_of_the_rows_own_form()
    {
        var rows = DataSource.Of("rows.jsonl", Encoding.UTF8.GetBytes("""
            {"text": "one", "label": "a"}
            {"text": "two", "label": "b"}
            """));
        var schema = DatasetSchema.Parse("""
            fields:
              label: { type: string, one_of: [a] }
              note: { type: string, max_null_rate: 0.5 }
            """, "rows.schema.yaml").Value!;

        var report = DataCheck.Of(rows, new DataOptions { Schema = schema }).Value!;

        Assert.Equal([(2, "label", "schema"), (0, "note", "schema")], report.SchemaViolations.Select(violation => ((int)violation.Line, violation.Field!, violation.Rule)));
    }

    [Fact]
    public void Personal_data_is_counted_by_type()
    {
        var rows = DataSource.Of("rows.jsonl", Encoding.UTF8.GetBytes("""
            {"id": "1", "input": "Write to ann@example.org please"}
            {"id": "2", "input": "Nothing here"}
            """));

        var report = DataCheck.Of(rows, new DataOptions()).Value!;

        Assert.Equal((1, 1), (report.Pii!.Rows, report.Pii.Types["EMAIL_ADDRESS"]));
        Assert.Equal([1], report.Pii.Lines);
    }

    private static DataReport Compare(string before, string now) => DataCheck.Of(Source(now), new DataOptions { Reference = Source(before) }).Value!;

    private static DataSource Source(string rows) => DataSource.Of("stays.jsonl", Encoding.UTF8.GetBytes(rows));

    /// <summary>Made-up stays: the price follows the nights, the age nothing.</summary>
    private static string Stays(int count, int seed, Action<JsonObject>? change = null)
    {
        var random = new Random(seed);
        return string.Concat(Enumerable.Range(0, count).Select(i =>
        {
            var nights = random.Next(1, 10);
            var row = new JsonObject
            {
                ["id"] = i, ["timestamp"] = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(i).ToString("O", CultureInfo.InvariantCulture), ["nights"] = nights,
                ["price"] = Math.Round(nights * 90 + 100 * random.NextDouble(), 2), ["room"] = Rooms[random.Next(Rooms.Length)],
                ["guest"] = new JsonObject { ["age"] = random.Next(18, 90), ["vip"] = random.Next(5) == 0 },
            };
            change?.Invoke(row);
            return row.ToJsonString() + "\n";
        }));
    }
}
