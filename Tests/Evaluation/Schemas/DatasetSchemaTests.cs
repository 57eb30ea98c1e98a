using System.Text;
using System.Text.Json;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Schemas;

public sealed class DatasetSchemaTests
{
    private const string Hotel = """
        fields:
          id: { type: string, required: true, unique: true }
          guest_request: { type: string, required: true, min_length: 10, max_length: 2000 }
          booking: { type: string, pattern: "^BK[0-9]{8}$" }
          guest:
            type: object
            fields:
              nights_stayed: { type: integer, required: true, minimum: 0 }
              total_spend: { type: number, required: true, minimum: 0 }
          stars: { type: integer, one_of: [1, 2, 3, 4, 5], max_null_rate: 0.5 }
          tags: { type: array, items: { type: string, min_length: 1 } }
          arrival: { type: string, format: date }
        """;

    private static DatasetSchema Schema(string yaml, string file = "hotel.schema.yaml")
    {
        var schema = DatasetSchema.Parse(yaml, file);
        Assert.True(schema.Value is not null, schema.Refusal?.Detail);
        return schema.Value;
    }

    private static IReadOnlyList<Finding> Check(DatasetSchema schema, params string[] rows) => schema.Check(Encoding.UTF8.GetBytes(string.Join('\n', rows)), "hotel.jsonl");

    private static string Request(int length) => $$"""{"id": "a", "guest_request": "{{new string('x', length)}}"}""";

    // G17
    [Theory]
    [InlineData("\"booking\": \"BK12345678\"", null)]
    [InlineData("\"booking\": \"BK1234567\"", "/booking")]
    [InlineData("\"booking\": \"BK12345678\\n\"", "/booking")]
    [InlineData("\"guest\": {\"nights_stayed\": 0, \"total_spend\": 0.5}", null)]
    [InlineData("\"guest\": {\"nights_stayed\": -1, \"total_spend\": 0.5}", "/guest/nights_stayed")]
    [InlineData("\"guest\": {\"nights_stayed\": 1.5, \"total_spend\": 0.5}", "/guest/nights_stayed")]
    [InlineData("\"guest\": {\"nights_stayed\": 1}", "/guest has no \"total_spend\"")]
    [InlineData("\"stars\": 6", "/stars")]
    [InlineData("\"stars\": null", null)]
    [InlineData("\"tags\": [\"a\", \"\"]", "/tags/1")]
    [InlineData("\"arrival\": \"2025-02-29\"", "/arrival")]
    public void A_field_is_held_to_what_its_line_says(string field, string? named)
    {
        var findings = Check(Schema(Hotel), $$"""{"id": "a", "guest_request": "Is there a pool?", {{field}}}""", """{"id": "b", "guest_request": "Is there a spa?", "stars": 3}""");

        Assert.Equal(named is null ? 0 : 1, findings.Count);
        Assert.All(findings, finding => Assert.Equal(("hotel.jsonl", 1, "schema"), (finding.File, finding.Line, finding.Rule)));
        Assert.All(findings, finding => Assert.StartsWith(named!, finding.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(2000, true)]
    [InlineData(2001, false)]
    public void A_guests_request_has_10_to_2000_characters(int length, bool valid) =>
        Assert.Equal(valid, Schema(Hotel).Row.IsValid(JsonDocument.Parse(Request(length)).RootElement));

    // R50, G20
    [Theory]
    [InlineData("""{"text": "$", "label": "spam", "source": "crawl", "timestamp": "2026-01-02T03:04:05Z"}""", 10_000, null)]
    [InlineData("""{"text": "$", "label": "spam", "source": "crawl", "timestamp": "2026-01-02T03:04:05Z"}""", 10_001, "/text")]
    [InlineData("""{"text": "$", "source": "crawl", "timestamp": "2026-01-02 03:04"}""", 1, "label")]
    [InlineData("""{"text": "$", "label": 1, "source": "crawl", "timestamp": "yesterday"}""", 1, "/timestamp")]
    [InlineData("""{"text": "$", "label": 1, "source": null, "timestamp": "2026-01-02"}""", 1, "/source")]
    [InlineData("""{"text": "$", "label": 1, "source": "crawl", "timestamp": "2026-02-30"}""", 1, "/timestamp")]
    public void The_form_of_labelled_rows_can_be_said_in_the_field_language(string row, int length, string? named)
    {
        var schema = Schema("""
            fields:
              text: { type: string, required: true, min_length: 1, max_length: 10000 }
              label: { type: [string, integer, boolean], required: true }
              source: { type: string, required: true }
              timestamp: { type: string, required: true, format: timestamp }
            """);

        var findings = Check(schema, row.Replace("$", string.Concat(Enumerable.Repeat("😀", length)), StringComparison.Ordinal));

        Assert.Equal(named is null ? 0 : 1, findings.Count);
        Assert.All(findings, finding => Assert.Contains(named!, finding.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void What_only_the_whole_file_can_break_is_found_too()
    {
        var findings = Check(
            Schema(Hotel), """{"id": "a", "guest_request": "Is there a pool?"}""", """{"id": "b", "guest_request": "Is there a spa?", "stars": null}""",
            """{"id": "a", "guest_request": "Is there a gym?", "stars": 1}""");

        Assert.Equal([(3, "/id"), (null, "/stars")], findings.Select(finding => (finding.Line, finding.Message.Split(' ')[0])));
        Assert.Contains("line 1", findings[0].Message, StringComparison.Ordinal);
        Assert.Contains("66.67 % of 3 rows", findings[1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fields:\n  a: { type: text }", "unknown-type", 2)]
    [InlineData("fields:\n  a: { type: string, pattern: \"(?=a)\" }", "bad-pattern", 2)]
    [InlineData("fields:\n  a:\n    type: string\n    min_length: 5\n    max_length: 4", "out-of-range", 5)]
    [InlineData("fields:\n  a: { type: integer, min_length: 5 }", "wrong-type", 2)]
    [InlineData("fields:\n  a: { type: string, minlength: 5 }", "unknown-key", 2)]
    [InlineData("fields:\n  a: { type: string, format: datetime }", "unknown-format", 2)]
    [InlineData("fields:\n  a: { type: string, one_of: [] }", "missing-key", 2)]
    [InlineData("fields:\n  a: { type: string, max_null_rate: 5 }", "out-of-range", 2)]
    [InlineData("{}", "missing-key", 1)]
    public void A_broken_contract_is_named_with_its_line(string yaml, string rule, int line)
    {
        var finding = Assert.Single(DatasetSchema.Problems(yaml, "d.schema.yaml"));

        Assert.Equal(("d.schema.yaml", line, rule), (finding.File, finding.Line, finding.Rule));
    }

    [Fact]
    public void A_contract_may_be_JSON_Schema()
    {
        var schema = Schema("""{"$schema": "https://json-schema.org/draft/2020-12/schema", "required": ["id"], "properties": {"at": {"format": "date-time"}}}""", "d.schema.json");

        var messages = Check(schema, """{"at": "today"}""").Select(finding => finding.Message).ToList();

        Assert.Equal(2, messages.Count);
        Assert.Contains(messages, message => message.StartsWith("The row has no \"id\"", StringComparison.Ordinal));
        Assert.Contains(messages, message => message.StartsWith("/at is no date-time", StringComparison.Ordinal));
    }
}
