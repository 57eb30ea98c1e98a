namespace LlmOps.Retrieval;

/// <summary>The id of an index version: a hash of everything that decides its content. The same inputs give the same id anywhere.</summary>
public static class IndexVersionId
{
    /// <param name="corpus"><see cref="Document.Snapshot"/> of the documents it is built from.</param>
    /// <param name="embedder">The embedder's fingerprint, which changes with its numbers.</param>
    /// <param name="settings">Whatever else the build depends on.</param>
    public static string Of(string corpus, Chunker chunker, string embedder, IReadOnlyDictionary<string, string> settings) =>
        "ix_" + ContentHash.Of(new { corpus, chunker = chunker.ToString(), embedder, settings });
}
