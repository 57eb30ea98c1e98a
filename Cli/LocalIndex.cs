using System.Globalization;
using LlmOps.Inference;
using LlmOps.Retrieval;

namespace LlmOps.Cli;

/// <summary>An index built in memory from the application's own files: the same chunks, vectors and hits, under the same id, as Indexes would have.</summary>
public sealed class LocalIndex
{
    private const int MostQueryCharacters = 32_000;

    private readonly SegmentLayers layers;

    private LocalIndex(string id, SegmentLayers layers) => (Id, this.layers) = (id, layers);

    /// <summary>The index version's id.</summary>
    public string Id { get; }

    public static Result<LocalIndex> Build(string app, IndexSource source, IReadOnlyList<DocumentInput> corpus)
    {
        var chunker = Chunker.Parse(source.Chunker);
        if (chunker.Refused)
            return chunker.Refusal;
        if (source.Embedder != LexicalEmbedder.Name)
            return Refusal.Invalid("embedder-unknown", $"The index {source.Name} wants the embedder \"{source.Embedder}\", which is not built in. Known: {LexicalEmbedder.Name}.");

        var documents = corpus.Select(document => Document.Of(document.Id, document.Text)).OrderBy(document => document.Id, StringComparer.Ordinal).ToList();
        var chunks = documents.SelectMany(chunker.Value.Split).ToList();
        if (chunks.Count == 0)
            return Refusal.Invalid("no-chunks", $"{source.Chunker} cuts no chunk out of the {documents.Count} documents in {source.Corpus}. Check that they hold text.");
        var segment = Segment.Build(chunks, LexicalEmbedder.Embed([.. chunks.Select(chunk => chunk.Text)]));
        if (segment.Refused)
            return segment.Refusal;
        var settings = new Dictionary<string, string>
        {
            ["app"] = app, ["index"] = source.Name, ["weight"] = SegmentLayers.DefaultWeight.ToString(CultureInfo.InvariantCulture),
        };
        return new LocalIndex(IndexVersionId.Of(Document.Snapshot(documents), chunker.Value, LexicalEmbedder.Fingerprint, settings), new SegmentLayers([segment.Value]));
    }

    public Result<IReadOnlyList<GivenPassage>> Search(string question, int k)
    {
        if (question.Length > MostQueryCharacters)
            return Refusal.Invalid("query-too-long", $"The question has {question.Length} characters; an index takes {MostQueryCharacters}. Shorten the case.");
        var hits = layers.Search(question, LexicalEmbedder.Embed(question), k, SegmentLayers.DefaultWeight);
        return Result.Of<IReadOnlyList<GivenPassage>>([.. hits.Select(hit => new GivenPassage(hit.Document, hit.Score, hit.Text))]);
    }
}
