namespace LlmOps.Retrieval;

/// <param name="Id">Unique in its corpus.</param>
/// <param name="Source">Where it came from: a path or an address.</param>
public sealed record Document(string Id, string Text, string? Source, IReadOnlyDictionary<string, string> Labels)
{
    private static readonly Dictionary<string, string> None = [];

    public static Document Of(string id, string text) => new(id, text, Source: null, None);

    /// <summary>The content hash of one state of a corpus; the order of the documents does not matter.</summary>
    public static string Snapshot(IEnumerable<Document> corpus) =>
        ContentHash.Of(corpus.OrderBy(document => document.Id, StringComparer.Ordinal).Select(ContentHash.Of));
}

/// <summary>A piece of a document: <paramref name="Text"/> is exactly the document's text from Start to End, in UTF-16 units, End exclusive.</summary>
/// <param name="Ordinal">Its place among the document's chunks, from 0.</param>
public sealed record Chunk(int Ordinal, string Document, int Start, int End, string Text);
