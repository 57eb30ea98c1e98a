using LlmOps.Inference;

namespace LlmOps.Indexes;

/// <summary>What turns texts into vectors of length 1.</summary>
/// <param name="Fingerprint">Changes whenever its numbers change: vectors of two fingerprints are never compared.</param>
public sealed record Embedder(string Name, string Fingerprint, Func<IReadOnlyList<string>, IReadOnlyList<float[]>> Embed);

/// <summary>The embedders this process has.</summary>
public sealed class Embedders(IReadOnlyList<Embedder> known)
{
    public static Embedders BuiltIn { get; } = new([new Embedder(LexicalEmbedder.Name, LexicalEmbedder.Fingerprint, LexicalEmbedder.Embed)]);

    public Result<Embedder> Named(string name) => known.FirstOrDefault(embedder => embedder.Name == name) is { } found
        ? found
        : Refusal.Invalid("embedder-unknown", $"There is no embedder \"{name}\". Known: {string.Join(", ", known.Select(embedder => embedder.Name))}.");

    /// <summary>The embedder that a version was built with; none other can read its vectors.</summary>
    public Result<Embedder> Of(IndexVersion version) => known.FirstOrDefault(embedder => embedder.Name == version.Embedder && embedder.Fingerprint == version.Fingerprint) is { } found
        ? found
        : Refusal.Conflict("embedder-gone", $"{version.Id} was built with {version.Embedder} ({version.Fingerprint}), which this program no longer has. Build a new version of {version.Index}.");
}
