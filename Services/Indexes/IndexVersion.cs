using System.Globalization;
using LlmOps.Retrieval;

namespace LlmOps.Indexes;

/// <summary>One built, immutable state of an index; until it is built, the order to build it. Its id is everything that decides its answers.</summary>
/// <param name="Fingerprint">Of the embedder's numbers.</param>
/// <param name="Weight">Share of the vectors in a hit's score, 0 to 1; the rest is words.</param>
/// <param name="Embedded">Texts that were embedded for it, in all attempts together.</param>
/// <param name="SegmentSha256">Of the segment file, once there is one.</param>
/// <param name="Attempt">How often a worker has taken it up; only the newest may write.</param>
/// <param name="Tries">The same since it was ordered last.</param>
public sealed record IndexVersion(
    string Id, string App, string Index, string Chunker, string Embedder, string Fingerprint, double Weight, string Corpus, int Documents, int Chunks, int Embedded,
    DateTimeOffset CreatedAt, DateTimeOffset? ReadyAt, string? Error, string? SegmentSha256, int Attempt, int Tries)
{
    public const int MostTries = 5;

    public IndexState State => Error is not null ? IndexState.Failed : ReadyAt is null ? IndexState.Building : IndexState.Ready;

    /// <summary>App and index are settings too: the same documents in another app are another version.</summary>
    public static IndexVersion Of(string app, string index, Chunker chunker, Embedder embedder, string corpus, int documents, DateTimeOffset now)
    {
        const double weight = SegmentLayers.DefaultWeight;
        var settings = new Dictionary<string, string> { ["app"] = app, ["index"] = index, ["weight"] = weight.ToString(CultureInfo.InvariantCulture) };
        return new(
            IndexVersionId.Of(corpus, chunker, embedder.Fingerprint, settings), app, index, chunker.ToString(), embedder.Name, embedder.Fingerprint, weight, corpus, documents,
            Chunks: 0, Embedded: 0, now, ReadyAt: null, Error: null, SegmentSha256: null, Attempt: 0, Tries: 0);
    }
}
