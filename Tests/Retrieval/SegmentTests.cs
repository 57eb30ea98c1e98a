using LlmOps.Inference;
using LlmOps.Retrieval;

namespace LlmOps.Tests.Retrieval;

public sealed class SegmentTests
{
    private static readonly (string Id, string Text)[] Harbour =
    [
        ("berths", "The harbour has forty berths for guests."),
        ("fees", "A night in the harbour costs 25 EUR, power is extra."),
        ("office", "The office of the harbour master is open until noon."),
        ("showers", "Showers and laundry stand behind the office."),
    ];

    [Fact]
    public void The_chunk_that_holds_the_words_comes_first()
    {
        var hits = Search(Build(Harbour), "What does a night cost?", k: 2, weight: 0.3);

        Assert.Equal("fees", hits[0].Document);
        Assert.Equal(2, hits.Count);
        Assert.Equal(1, hits[0].Score, precision: 6);
    }

    [Fact]
    public void A_misspelt_word_is_still_found_by_vectors() =>
        Assert.Equal("showers", Search(Build(Harbour), "landry", k: 1, weight: 0.5)[0].Document);

    [Fact]
    public void Equal_scores_come_in_the_order_of_document_and_offset()
    {
        var segment = Build([("b", "Same words."), ("a", "Same words."), ("c", "Same words.")]);

        Assert.Equal(["a", "b", "c"], Search(segment, "same", k: 3, weight: 0.5).Select(hit => hit.Document));
    }

    [Fact]
    public void A_score_of_words_is_okapi_bm25()
    {
        var segment = Build([("x", "night night day"), ("y", "day")]);

        var hits = Search(segment, "night day", k: 2, weight: 0);

        // night: ln(1 + 1.5/1.5) · 2·2.2 / (2 + 1.2·(0.25 + 0.75·3/2)); day: ln(1 + 0.5/2.5) · 2.2 / (1 + 1.2·(…)); lengths 3 and 1, average 2.
        var x = (Math.Log(2) * 4.4 / (2 + (1.2 * 1.375))) + (Math.Log(1.2) * 2.2 / (1 + (1.2 * 1.375)));
        var y = Math.Log(1.2) * 2.2 / (1 + (1.2 * 0.625));
        Assert.Equal(y / x, hits[1].Score, precision: 12);
    }

    [Fact]
    public void The_8_bit_scan_finds_the_ten_that_an_exact_scan_finds()
    {
        var random = new Random(7);
        var vectors = Enumerable.Range(0, 5000).Select(_ => Unit(random)).ToList();
        var segment = Segment.Build([.. vectors.Select((_, i) => new Chunk(0, $"{i:0000}", 0, 1, "x"))], vectors).Value!;

        for (var q = 0; q < 20; q++)
        {
            var query = Unit(random);
            var exact = Enumerable.Range(0, vectors.Count).OrderByDescending(i => vectors[i].Zip(query, (a, b) => a * b).Sum()).Take(10).Select(i => $"{i:0000}");
            Assert.Equal(exact.Order(), segment.Search("", query, 10, weight: 1).Select(hit => hit.Document).Order());
        }
    }

    [Fact]
    public void A_saved_segment_answers_as_before_and_saves_to_the_same_bytes()
    {
        var segment = Build(Harbour);
        var bytes = Save(segment);

        var loaded = Segment.Load(new MemoryStream(bytes)).Value!;

        Assert.Equal(segment.Chunks, loaded.Chunks);
        Assert.Equal(Search(segment, "When is the office open?", 4, 0.4), Search(loaded, "When is the office open?", 4, 0.4));
        Assert.Equal(bytes, Save(loaded));
    }

    [Fact]
    public void A_segment_without_chunks_can_be_saved_and_searched()
    {
        var loaded = Segment.Load(new MemoryStream(Save(Build([])))).Value!;

        Assert.Empty(Search(loaded, "anything", 3, 0.5));
    }

    [Fact]
    public void A_file_that_was_cut_off_anywhere_is_refused()
    {
        var bytes = Save(Build(Harbour));

        Assert.All(Enumerable.Range(0, bytes.Length), length =>
            Assert.Equal("segment-truncated", Segment.Load(new MemoryStream(bytes[..length])).Refusal?.Code));
    }

    [Fact]
    public void A_file_with_one_bit_changed_anywhere_is_refused()
    {
        var bytes = Save(Build(Harbour));

        Assert.All(Enumerable.Range(0, bytes.Length), at =>
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 0x10;
            Assert.StartsWith("segment-", Segment.Load(new MemoryStream(damaged)).Refusal?.Code, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_file_of_another_format_version_is_named_as_such()
    {
        var bytes = Save(Build(Harbour));
        bytes[7]++;

        Assert.Equal("segment-version", Segment.Load(new MemoryStream(bytes)).Refusal?.Code);
    }

    [Fact]
    public void A_version_and_its_tail_answer_as_one_segment_would()
    {
        var whole = Build(Harbour);
        var layers = new SegmentLayers([Build(Harbour[..2]), Build(Harbour[2..3]), Build(Harbour[3..])]);
        var vector = LexicalEmbedder.Embed("harbour office");

        Assert.Equal(whole.Search("harbour office", vector, 4, 0.3), layers.Search("harbour office", vector, 4, 0.3));
    }

    [Fact]
    public void A_document_in_the_tail_replaces_the_one_in_the_version()
    {
        var layers = new SegmentLayers([Build(Harbour), Build([("fees", "A night in the harbour costs 30 EUR.")])]);

        var hits = layers.Search("night costs", LexicalEmbedder.Embed("night costs"), 4, 0.3);

        Assert.Contains("30 EUR", Assert.Single(hits, hit => hit.Document == "fees").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Chunks_and_vectors_that_do_not_fit_are_refused()
    {
        var chunk = new Chunk(0, "a", 0, 1, "x");

        Assert.Equal("vectors-missing", Segment.Build([chunk], []).Refusal?.Code);
        Assert.Equal("dimensions-differ", Segment.Build([chunk, chunk], [[1, 0], [1, 0, 0]]).Refusal?.Code);
        Assert.Equal("vector-not-unit", Segment.Build([chunk], [[3, 4]]).Refusal?.Code);
        Assert.Equal("vector-not-finite", Segment.Build([chunk], [[float.NaN]]).Refusal?.Code);
    }

    [Fact]
    public void A_query_of_another_embedder_is_an_error() =>
        Assert.Throws<ArgumentException>(() => Build(Harbour).Search("night", [1f, 0f], 3, 0.5));

    [Fact]
    public void An_index_version_is_named_by_everything_that_decides_it()
    {
        var corpus = Document.Snapshot([Document.Of("a", "x"), Document.Of("b", "y")]);
        var id = Id(corpus, "markdown(max=120)", "e/1", "30");

        Assert.Matches("^ix_[0-9a-f]{64}$", id);
        Assert.Equal(corpus, Document.Snapshot([Document.Of("b", "y"), Document.Of("a", "x")]));
        Assert.Equal(id, Id(corpus, " markdown( max = 120 ) ", "e/1", "30"));
        Assert.Equal(5, new[]
        {
            id, Id(Document.Snapshot([Document.Of("a", "x")]), "markdown(max=120)", "e/1", "30"),
            Id(corpus, "markdown(max=121)", "e/1", "30"), Id(corpus, "markdown(max=120)", "e/2", "30"), Id(corpus, "markdown(max=120)", "e/1", "31"),
        }.Distinct().Count());
    }

    private static string Id(string corpus, string chunker, string embedder, string setting) =>
        IndexVersionId.Of(corpus, Chunker.Parse(chunker).Value!, embedder, new Dictionary<string, string> { ["setting"] = setting });

    private static Segment Build(IReadOnlyList<(string Id, string Text)> texts) => Segment.Build(
        [.. texts.Select(text => new Chunk(0, text.Id, 0, text.Text.Length, text.Text))], [.. texts.Select(text => LexicalEmbedder.Embed(text.Text))]).Value!;

    private static IReadOnlyList<Hit> Search(Segment segment, string query, int k, double weight) => segment.Search(query, LexicalEmbedder.Embed(query), k, weight);

    private static byte[] Save(Segment segment)
    {
        using var stream = new MemoryStream();
        segment.Save(stream);
        return stream.ToArray();
    }

    private static float[] Unit(Random random)
    {
        var vector = Enumerable.Range(0, 100).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
        var length = MathF.Sqrt(vector.Sum(x => x * x));
        return [.. vector.Select(x => x / length)];
    }
}
