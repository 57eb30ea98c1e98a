using System.Text.Json;
using LlmOps.Inference;
using LlmOps.Retrieval;

namespace LlmOps.Tests.Retrieval;

/// <summary>How often search finds what people judged relevant, on public question sets.</summary>
public sealed class RecallTests(ITestOutputHelper output)
{
    private const int K = 10;
    private static readonly string Data = Path.GetFullPath(Path.Combine(Checkout.Root, "..", "shared", "data", "retrieval"));

    [Theory]
    [InlineData("beerqa", 0.94)]
    [InlineData("product_docs", 0.95)]
    public void Words_find_what_was_judged_relevant_and_vectors_beside_them_lose_nothing(string set, double least)
    {
        if (!Directory.Exists(Data))
            Assert.Skip($"The shared question sets are not beside the checkout: {Data} is missing.");
        var segment = Corpus(set);
        var relevant = File.ReadLines(Path.Combine(Data, set, "qrels.tsv")).Skip(1).Select(line => line.Split('\t')).ToLookup(row => row[0], row => row[1]);
        var queries = Rows(set, "queries").Select(row => (Id: Text(row, "_id"), Text: Text(row, "text"), Vector: LexicalEmbedder.Embed(Text(row, "text")))).ToList();
        double Recall(double weight) => queries.Average(query =>
        {
            var found = segment.Search(query.Text, query.Vector, K, weight).Select(hit => hit.Document).ToHashSet();
            return relevant[query.Id].Average(document => found.Contains(document) ? 1.0 : 0.0);
        });

        var recall = new[] { 0, SegmentLayers.DefaultWeight, 0.3, 1 }.ToDictionary(weight => weight, Recall);

        output.WriteLine(string.Join(", ", recall.Select(pair => $"recall@10 at weight {pair.Key:0.00}: {pair.Value:0.0000}")));
        Assert.InRange(recall[0], least, 1);
        Assert.InRange(recall[SegmentLayers.DefaultWeight], recall[0], 1);
    }

    private static Segment Corpus(string set)
    {
        var chunks = Rows(set, "corpus").Select(row => (Id: Text(row, "_id"), Text: $"{Text(row, "title")}\n{Text(row, "text")}"))
            .Select(row => new Chunk(0, row.Id, 0, row.Text.Length, row.Text)).ToList();
        return Segment.Build(chunks, LexicalEmbedder.Embed([.. chunks.Select(chunk => chunk.Text)])).Value!;
    }

    private static IEnumerable<JsonElement> Rows(string set, string file) =>
        File.ReadLines(Path.Combine(Data, set, $"{file}.jsonl")).Select(line => JsonElement.Parse(line));

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
