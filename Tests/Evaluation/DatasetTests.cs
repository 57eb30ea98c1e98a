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
    [InlineData("""{"id": "a", "input": "cut off \ud83d"}""", "bad-row", 1)]
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
}
