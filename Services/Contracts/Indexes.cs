using System.ComponentModel.DataAnnotations;

namespace LlmOps;

public sealed record DocumentInput([property: Required, MaxLength(500)] string Id, [property: Required] string Text, string? Source);

/// <summary>The whole corpus of an index as it shall be now: documents that are not in it leave.</summary>
public sealed record PutCorpus([property: Required] string App, [property: Required] IReadOnlyList<DocumentInput> Documents);

/// <param name="Sha256">Content hash over all document ids and texts.</param>
public sealed record CorpusView(string App, string Index, string Sha256, int Documents, int Changed, int Unchanged, int Removed);

/// <param name="Chunker">Name and parameters, as <c>markdown(max=120)</c>.</param>
/// <param name="Embedder">As <c>embedded/lexical-384</c>.</param>
public sealed record BuildIndex([property: Required] string App, [property: Required] string Chunker, [property: Required] string Embedder);

public enum IndexState { Building, Ready, Failed }

/// <param name="Id"><c>ix_</c> and the hash over corpus, chunker, embedder and settings.</param>
/// <param name="Embedded">Chunks embedded for this build.</param>
/// <param name="Reused">Chunks whose vectors were there already.</param>
public sealed record IndexVersionView(
    string Id, string App, string Index, IndexState State, string Chunker, string Embedder, string CorpusSha256, int Documents, int Chunks,
    int Embedded, int Reused, DateTimeOffset CreatedAt, DateTimeOffset? ReadyAt, string? Error);

/// <param name="K">How many passages to return, best first.</param>
public sealed record QueryIndex([property: Required] string Text, [property: Range(1, 100)] int K);

/// <param name="Score">Fused similarity, higher is better; comparable within one answer only.</param>
/// <param name="Start">First character of the passage in the document, UTF-16.</param>
/// <param name="End">Character behind its last.</param>
public sealed record IndexHit(string Document, int Start, int End, double Score, string Text);

/// <param name="TailPosition">Up to where later documents were considered; 0 without a tail.</param>
public sealed record IndexAnswer(string IndexVersion, long TailPosition, IReadOnlyList<IndexHit> Hits);

public sealed class IndexesClient(HttpClient http) : ServiceClient(http)
{
    public Task<Result<IReadOnlyList<IndexVersionView>>> List(string? app, CancellationToken ct) => GetList<IndexVersionView>($"index-versions?app={Esc(app ?? "")}", ct);

    public Task<Result<CorpusView>> PutCorpus(string index, PutCorpus corpus, CancellationToken ct) => Put<CorpusView>($"indexes/{Esc(index)}/corpus", corpus, ct);

    /// <summary>Starts a build, or answers the version that is there. Poll <see cref="Version"/> until it is ready or failed.</summary>
    public Task<Result<IndexVersionView>> Build(string index, BuildIndex build, CancellationToken ct) => Post<IndexVersionView>($"indexes/{Esc(index)}/versions", build, ct);

    public Task<Result<IndexVersionView>> Version(string id, CancellationToken ct) => Get<IndexVersionView>($"index-versions/{Esc(id)}", ct);

    public Task<Result<IndexAnswer>> Query(string id, QueryIndex query, CancellationToken ct) => Post<IndexAnswer>($"index-versions/{Esc(id)}/query", query, ct);
}
