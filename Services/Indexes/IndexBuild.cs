using LlmOps.Retrieval;

namespace LlmOps.Indexes;

/// <summary>Makes the segment of a version out of its corpus. Only texts that the cache does not hold are embedded, and each batch is kept before the next.</summary>
public sealed class IndexBuild(CorpusStore corpora, EmbeddingCache cache, Embedders embedders)
{
    /// <summary>Texts embedded at once: what a killed build pays again at most.</summary>
    public const int Batch = 64;

    /// <param name="keep">Stores a batch; false stops the build.</param>
    public async Task<Result<Segment>> Make(IndexVersion version, Func<IReadOnlyList<Embedding>, Task<bool>> keep, CancellationToken ct)
    {
        var chunker = Chunker.Parse(version.Chunker);
        if (chunker.Refused)
            return chunker.Refusal;
        var documents = await corpora.Documents(version.App, version.Corpus, ct);
        var chunks = documents.SelectMany(chunker.Value.Split).ToList();
        if (chunks.Count == 0)
            return Refusal.Invalid("no-chunks", $"{version.Chunker} cuts no chunk out of the {documents.Count} documents. Check that they hold text.");

        var hashes = chunks.ConvertAll(chunk => ContentHash.OfText(chunk.Text));
        var vectors = await cache.Find(version.App, version.Fingerprint, hashes.ToHashSet(), ct);
        var missing = chunks.Zip(hashes).Where(chunk => !vectors.ContainsKey(chunk.Second)).DistinctBy(chunk => chunk.Second).ToList();
        if (missing.Count > 0)
        {
            var embedder = embedders.Of(version);
            if (embedder.Refused)
                return embedder.Refusal;
            foreach (var batch in missing.Chunk(Batch))
            {
                ct.ThrowIfCancellationRequested();
                var embedded = embedder.Value.Embed([.. batch.Select(chunk => chunk.First.Text)]);
                var embeddings = batch.Zip(embedded, (chunk, vector) => new Embedding(chunk.Second, vector)).ToList();
                if (!await keep(embeddings))
                    return Refusal.Conflict("lease-lost", "Another worker has taken this build over.");
                foreach (var embedding in embeddings)
                    vectors[embedding.Sha256] = embedding.Vector;
            }
        }
        return Segment.Build(chunks, hashes.ConvertAll(hash => vectors[hash]));
    }

    /// <summary>The same segment once more, for a version that was ready and whose file is lost or damaged.</summary>
    public Task<Result<Segment>> Again(IndexVersion version, CancellationToken ct) => Make(version, async embeddings =>
    {
        await cache.Add(version.App, version.Fingerprint, embeddings, ct);
        return true;
    }, ct);
}
