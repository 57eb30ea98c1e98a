using System.Text;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation;

public sealed class DatasetTests
{
    [Fact]
    public void Rows_are_read_with_their_hash_and_their_other_fields()
    {
        const string jsonl = """
            {"id": "a", "vars": {"question": "When?"}, "expected": {"facts": ["9", "/0?9:00/"]}, "segment": "spa", "source": "desk", "tags": ["easy"], "reviewer": "Ada"}

            {"id": 2, "input": "Hello", "expected": ["Hi", "Hello"], "context": ["one", "two"]}
            {"id": "c", "input": "x", "expected": "y"}
            """;

        var dataset = Dataset.Parse(jsonl, "datasets/guest-golden.jsonl").Value!;

        Assert.Equal("guest-golden", dataset.Name);
        Assert.Equal(ContentHash.OfBytes(Encoding.UTF8.GetBytes(jsonl)), dataset.Sha256);
        Assert.Equal(["a", "2", "c"], dataset.Cases.Select(@case => @case.Id));
        Assert.Equal([1, 3, 4], dataset.Cases.Select(@case => @case.Line));
        Assert.Equal(["9", "/0?9:00/"], dataset.Cases[0].Expected!.Facts);
        Assert.Equal("Ada", dataset.Cases[0].Extra!["reviewer"]!.GetValue<string>());
        Assert.Equal("Hello", dataset.Cases[1].Vars["input"]);
        Assert.Equal(["Hi", "Hello"], dataset.Cases[1].Expected!.Texts);
        Assert.Equal(["one", "two"], dataset.Cases[1].Context);
    }

    [Theory]
    [InlineData("""{"id": "a", "input": "x"}|{"id": "a", "input": "y"}""", "duplicate-id", 2)]
    [InlineData("""{"id": "a", "input": "x"}|{"id": "b", """, "bad-json", 2)]
    [InlineData("""{"id": "a", "input": "x", "input": "y"}""", "bad-json", 1)]
    [InlineData("""{"input": "x"}""", "bad-row", 1)]
    [InlineData("""{"id": "a", "input": "cut off \ud83d"}""", "lone-surrogate", 1)]
    [InlineData("""{"id": "a"}""", "bad-row", 1)]
    [InlineData("""["a"]""", "bad-row", 1)]
    [InlineData("""{"id": "a", "input": "x", "vars": {"input": "y"}}""", "bad-row", 1)]
    [InlineData("""{"id": "a", "vars": {"q": {}}}""", "bad-row", 1)]
    [InlineData("""{"id": "a", "input": "x", "expected": {"fact": ["y"]}}""", "bad-row", 1)]
    [InlineData("""{"id": "a", "input": "x", "expected": {"facts": ["/(?=x)/"]}}""", "bad-row", 1)]
    [InlineData("""{"id": "a", "input": "x", "context": "y"}""", "bad-row", 1)]
    public void A_broken_row_is_refused_with_its_line(string rows, string code, int line)
    {
        var refusal = Dataset.Parse(rows.Replace('|', '\n'), "d.jsonl").Refusal!;

        Assert.Equal(code, refusal.Code);
        Assert.StartsWith($"d.jsonl:{line}: ", refusal.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n  \n")]
    public void An_empty_dataset_is_refused(string jsonl) => Assert.Equal("empty-dataset", Dataset.Parse(jsonl, "d.jsonl").Refusal!.Code);

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_row() =>
        Assert.Single(Dataset.Parse([.. Encoding.UTF8.Preamble, .. """{"id": "a", "input": "x"}"""u8], "d.jsonl").Value!.Cases);

    // F62, F63
    [Theory]
    [InlineData("{\"id\": \"a\", \"input\": \"\\ud800\"}", "lone-surrogate", "byte 23")]
    [InlineData("{\"id\": \"a\", \"input\": \"x\\\\ud800 \\udc00y\"}", "lone-surrogate", "byte 32")]
    [InlineData("{\"id\": \"a\", \"input\": \"x\", \"\\udfff\": 1}", "lone-surrogate", "byte 28")]
    [InlineData("{\"id\": \"a\", \"input\": \"x\", \"size\": 1e400}", "bad-number", "byte 35")]
    [InlineData("{\"id\": \"a\", \"input\": \"x\", \"a\": {\"b\": 1, \"b\": 2}}", "bad-json", "b")]
    [InlineData("{\"id\": \"a\", \"input\": \"x\0\"}", "bad-json", "0x00")]
    public void What_cannot_be_kept_exactly_is_refused_with_its_byte(string row, string code, string place)
    {
        var refusal = Dataset.Parse("{\"id\": \"z\", \"input\": \"x\"}\n" + row, "d.jsonl").Refusal!;

        Assert.Equal(code, refusal.Code);
        Assert.StartsWith("d.jsonl:2: ", refusal.Detail, StringComparison.Ordinal);
        Assert.Contains(place, refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_that_is_no_UTF8_is_refused_with_its_place() =>
        Assert.Contains("Byte 24 of the row", Dataset.Parse([.. "{\"id\": \"a\", \"input\": \"x"u8, 0xC3, .. "\"}"u8], "d.jsonl").Refusal!.Detail, StringComparison.Ordinal);

    [Fact]
    public void Half_a_character_in_a_text_is_refused_and_not_replaced() =>
        Assert.Equal("lone-surrogate", Dataset.Parse("{\"id\": \"a\", \"input\": \"\ud800\"}", "d.jsonl").Refusal!.Code);

    [Theory]
    [InlineData("\u202Eright to left\u202C")]
    [InlineData("zero\u200Bwidth\uFEFF")]
    [InlineData("nul \\u0000 escaped")]
    [InlineData("\\ud83d\\ude00")]
    public void Characters_that_no_screen_shows_are_kept_exactly(string text)
    {
        var expected = System.Text.RegularExpressions.Regex.Unescape(text);

        var row = Dataset.Parse($"{{\"id\": \"a\", \"input\": \"{text}\", \"__proto__\": {{\"x\": 9007199254740993}}}}", "d.jsonl").Value!.Cases[0];

        Assert.Equal(expected, row.Vars["input"]);
        Assert.Equal("9007199254740993", row.Extra!["__proto__"]!["x"]!.ToJsonString());
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    public void A_row_nested_ten_thousand_deep_is_refused(string open) =>
        Assert.Equal("bad-json", Dataset.Parse($"{{\"id\": \"a\", \"input\": \"x\", \"y\": {string.Concat(Enumerable.Repeat(open, 10_000))}", "d.jsonl").Refusal!.Code);

    // F58
    [Fact]
    public void Rows_that_ask_the_same_are_a_warning_and_rows_with_one_id_are_refused()
    {
        const string same = """
            {"id": "a", "vars": {"q": "When?", "who": "Ada"}, "expected": "9"}
            {"id": "b", "vars": {"who": "Ada", "q": "When?"}, "expected": "9"}
            {"id": "c", "vars": {"who": "Ada", "q": "When?"}, "expected": "10"}
            """;

        var warning = Assert.Single(Dataset.Problems(Encoding.UTF8.GetBytes(same), "d.jsonl"));

        Assert.Equal((2, "duplicate-row", FindingLevel.Warning), (warning.Line, warning.Rule, warning.Level));
        Assert.Contains("line 1", warning.Message, StringComparison.Ordinal);
        Assert.Equal(3, Dataset.Parse(same, "d.jsonl").Value!.Cases.Count);
    }
}
