using System.Text;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Checks;

public sealed class RowTests
{
    private const string Good = """{"text": "Where is the pool?", "label": "facility", "source": "mail", "timestamp": "2026-01-01T00:00:00Z"}""";

    [Theory]
    [InlineData("""{"text": "no label", "source": "mail", "timestamp": "2026-01-01T00:00:00Z"}""", "label", "missing-field")]
    [InlineData("""{"text": "null label", "label": null, "source": "mail", "timestamp": "2026-01-01T00:00:00Z"}""", "label", "missing-field")]
    [InlineData("""{"text": "blank label", "label": "  ", "source": "mail", "timestamp": "2026-01-01T00:00:00Z"}""", "label", "empty-value")]
    [InlineData("""{"text": "a list", "label": ["a"], "source": "mail", "timestamp": "2026-01-01T00:00:00Z"}""", "label", "wrong-type")]
    [InlineData("""{"text": 5, "label": "a", "source": "mail", "timestamp": "2026-01-01T00:00:00Z"}""", "text", "wrong-type")]
    [InlineData("""{"text": "no source", "label": "a", "timestamp": "2026-01-01T00:00:00Z"}""", "source", "missing-field")]
    [InlineData("""{"text": "no time", "label": "a", "source": "mail"}""", "timestamp", "missing-field")]
    [InlineData("""{"text": "bad time", "label": "a", "source": "mail", "timestamp": "yesterday"}""", "timestamp", "bad-timestamp")]
    [InlineData("""{"text": "bad time", "label": "a", "source": "mail", "timestamp": "2026-13-45T99:00:00Z"}""", "timestamp", "bad-timestamp")]
    [InlineData("""{"text": "huge", "label": "a", "source": "mail", "timestamp": "2026-01-01T00:00:00Z", "price": 1e400}""", "price", "number-out-of-range")]
    [InlineData("""{"text": "half a pair \ud83d", "label": "a", "source": "mail", "timestamp": "2026-01-01T00:00:00Z"}""", null, "bad-text")]
    [InlineData("""{"text": "twice", "text": "twice"}""", null, "bad-json")]
    [InlineData("""{"text": "cut off""", null, "bad-json")]
    [InlineData("[1, 2]", null, "bad-row")]
    [InlineData("null", null, "bad-row")]
    public void A_broken_row_is_one_violation_with_line_field_and_rule(string row, string? field, string rule)
    {
        var report = Check(string.Join('\n', Good, row, Good), "rows.jsonl");

        var violation = Assert.Single(report.SchemaViolations);
        Assert.Equal((2, field, rule), (violation.Line, violation.Field, violation.Rule));
        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.Equal(3, report.TotalSamples);
    }

    // G20
    [Theory]
    [InlineData(10_000, 0)]
    [InlineData(10_001, 1)]
    public void A_text_has_at_most_ten_thousand_characters_of_any_script(int characters, int violations)
    {
        var text = string.Concat(Enumerable.Repeat("\U0001F600", characters));

        var report = Check(Good + "\n" + Good.Replace("Where is the pool?", text, StringComparison.Ordinal), "rows.jsonl");

        Assert.Equal(violations, report.ViolationCount);
        Assert.All(report.SchemaViolations, violation => Assert.Equal("too-long", violation.Rule));
    }

    [Fact]
    public void Depth_size_and_encoding_have_limits_that_break_only_their_row()
    {
        var deep = new string('[', 10_000) + new string(']', 10_000);
        var large = $$"""{"text": "{{new string('x', 1_100_000)}}"}""";
        byte[] invalid = [.. """{"text": "caf"""u8, 0xE9, .. "\"}"u8];
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes($"{Good}\r\n{{\"a\": {deep}}}\r\n\r\n{large}\r\n"), .. invalid, .. Encoding.UTF8.GetBytes("\n" + Good)];

        var report = DataCheck.Of(DataSource.Of("rows.jsonl", bytes), new DataOptions()).Value!;

        Assert.Equal([(2, "bad-json"), (4, "too-large"), (5, "bad-utf8")], report.SchemaViolations.Select(violation => ((int)violation.Line, violation.Rule)));
        Assert.Equal(5, report.TotalSamples);
    }

    [Fact]
    public void All_violations_are_counted_and_the_first_hundred_listed()
    {
        var report = Check(Good + "\n" + string.Concat(Enumerable.Repeat("{broken\n", 250)), "rows.jsonl");

        Assert.Equal((250, 100), ((int)report.ViolationCount, report.SchemaViolations.Count));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \n\t\n")]
    [InlineData("\uFEFF")]
    public void A_file_without_rows_fails_and_says_so(string content)
    {
        var report = Check(content, "rows.jsonl");

        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.Equal("empty-dataset", Assert.Single(report.SchemaViolations).Rule);
        Assert.Empty(report.LabelDistribution);
    }

    [Fact]
    public void Comma_separated_rows_keep_quotes_line_breaks_and_types()
    {
        var report = Check("text,label,source,timestamp,price\n\"Where, oh \"\"where\"\"\nis it?\",facility,mail,2026-01-01T00:00:00Z,12.50\nshort row,facility\nLast,,mail,2026-01-01,7\n", "rows.csv");

        Assert.Equal([(4, null, "bad-row"), (5, "label", "missing-field")], report.SchemaViolations.Select(violation => ((int)violation.Line, violation.Field, violation.Rule)));
        var price = report.Fields.Single(field => field.Field == "price");
        Assert.Equal((FieldKind.Number, 7, 12.5), (price.Kind, price.Numbers!.Min, price.Numbers.Max));
    }

    [Fact]
    public void A_header_with_a_repeated_name_fails_and_the_file_has_its_hash_all_the_same()
    {
        const string content = "text,text\na,b\n";

        var report = Check(content, "rows.csv");

        Assert.Equal("bad-header", report.SchemaViolations[0].Rule);
        Assert.Equal(ContentHash.OfText(content), report.Sha256);
    }

    [Theory]
    [InlineData("id;text;label\n1;a;B\n")]
    [InlineData("id\ttext\n1\ta\n")]
    public void Columns_that_no_comma_parts_are_not_taken_for_one(string content)
    {
        var report = Check(content, "rows.csv");

        Assert.Equal((Verdict.Fail, "bad-header"), (report.Verdict, report.SchemaViolations[0].Rule));
    }

    // G12: 40 + 30 + 40 + 40 + 50 cases.
    [Fact]
    public void The_slices_of_cases_are_kept_in_the_report()
    {
        var sizes = new (string Name, int Cases)[] { ("booking", 40), ("cancellation", 30), ("facility", 40), ("complaint", 40), ("edge", 50) };
        var rows = sizes.SelectMany(slice => Enumerable.Range(0, slice.Cases).Select(i => Json.Write(new { id = $"{slice.Name}-{i}", vars = new { question = $"What about {slice.Name} {i}?" }, segment = slice.Name })));

        var report = Check(string.Join('\n', rows), "cases.jsonl");

        Assert.Equal((200, Verdict.Pass), (report.TotalSamples, report.Verdict));
        Assert.Equal(sizes.ToDictionary(slice => slice.Name, slice => (long)slice.Cases), report.Segments);
        Assert.Equal(200, report.Lineage.WithoutSource);
    }

    [Fact]
    public void Cases_keep_the_rules_of_cases()
    {
        var report = Check("""
            {"id": "a", "input": "first"}
            {"id": "a", "input": "second"}
            {"id": "b"}
            """, "cases.jsonl");

        Assert.Equal([(2, "duplicate-id"), (3, "bad-row")], report.SchemaViolations.Select(violation => ((int)violation.Line, violation.Rule)));
    }

    private static DataReport Check(string content, string name) => DataCheck.Of(DataSource.Of(name, Encoding.UTF8.GetBytes(content)), new DataOptions()).Value!;
}
