using LlmOps.Retrieval;

namespace LlmOps.Indexes;

/// <param name="Sha256">Of its text.</param>
public sealed record CorpusDocument(string Id, string Sha256, string Text, string? Source);

/// <summary>One state of an index's documents, named by its content.</summary>
/// <param name="Sha256">Over all ids and texts.</param>
public sealed record Corpus(string App, string Index, string Sha256, IReadOnlyList<CorpusDocument> Documents)
{
    public const int MostDocuments = 50_000;
    public const int MostCharacters = 1_000_000;

    public static Result<Corpus> Of(string index, PutCorpus put)
    {
        if (put.Documents.Count == 0)
            return Refusal.Invalid("corpus-empty", $"The corpus of {index} has no documents, and an index of nothing answers nothing. Send at least one.");
        if (put.Documents.Count > MostDocuments)
            return Refusal.Invalid("corpus-too-large", $"The corpus has {put.Documents.Count} documents; the limit is {MostDocuments}. Split it into several indexes.");
        if (put.Documents.CountBy(document => document.Id).FirstOrDefault(id => id.Value > 1) is { Key: { } twice })
            return Refusal.Invalid("document-duplicate", $"The document \"{twice}\" is there more than once. Keep one, or give the other an id of its own.");
        if (put.Documents.Select(Refuse).FirstOrDefault(refusal => refusal is not null) is { } no)
            return no;

        var documents = put.Documents.Select(document => new CorpusDocument(document.Id, ContentHash.OfText(document.Text), document.Text, document.Source))
            .OrderBy(document => document.Id, StringComparer.Ordinal).ToList();
        return new Corpus(put.App, index, Document.Snapshot(documents.Select(document => Document.Of(document.Id, document.Text))), documents);
    }

    /// <summary>What this state changes in the one before.</summary>
    /// <param name="before">Document id to hash.</param>
    public CorpusView Compare(IReadOnlyDictionary<string, string> before)
    {
        var unchanged = Documents.Count(document => before.GetValueOrDefault(document.Id) == document.Sha256);
        var kept = Documents.Count(document => before.ContainsKey(document.Id));
        return new(App, Index, Sha256, Documents.Count, Changed: Documents.Count - unchanged, unchanged, Removed: before.Count - kept);
    }

    private static Refusal? Refuse(DocumentInput document) =>
        string.IsNullOrWhiteSpace(document.Text) ? Refusal.Invalid("document-empty", $"The document \"{document.Id}\" has no text. Leave it out, or send what it says.")
        : document.Text.Length > MostCharacters ? Refusal.Invalid("document-too-long", $"The document \"{document.Id}\" has {document.Text.Length} characters; the limit is {MostCharacters}. Split it.")
        : document.Text.Contains('\0') || document.Id.Contains('\0') || document.Source?.Contains('\0') == true
            ? Refusal.Invalid("nul-character", $"The document \"{document.Id.Replace("\0", "\\0", StringComparison.Ordinal)}\" holds a NUL character, which cannot be stored. Delete it.")
        : null;
}
