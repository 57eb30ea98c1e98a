using System.Numerics.Tensors;

namespace LlmOps.Retrieval;

/// <summary>A built, immutable, searchable set of chunks: their vectors and their words. An index version is one segment; its tail adds more.</summary>
public sealed class Segment
{
    private const float LengthTolerance = 1e-3f;

    private SegmentLayers? alone;

    private Segment(IReadOnlyList<Chunk> chunks, Vectors vectors, Postings postings) => (Chunks, Vectors, Postings) = (chunks, vectors, postings);

    public IReadOnlyList<Chunk> Chunks { get; }

    /// <summary>0 for a segment without chunks.</summary>
    public int Dimensions => Vectors.Dimensions;

    internal Vectors Vectors { get; }
    internal Postings Postings { get; }

    /// <param name="chunks">All chunks of a document lie in one segment.</param>
    /// <param name="vectors">One for each chunk, of length 1 (or all zeros) and of one dimension.</param>
    public static Result<Segment> Build(IReadOnlyList<Chunk> chunks, IReadOnlyList<float[]> vectors)
    {
        if (chunks.Count != vectors.Count)
            return Refusal.Invalid("vectors-missing", $"There are {chunks.Count} chunks and {vectors.Count} vectors. Give one vector for each chunk.");
        var dimensions = vectors.Count == 0 ? 0 : vectors[0].Length;
        if (vectors.FirstOrDefault(vector => vector.Length != dimensions || vector.Length == 0) is { } odd)
            return Refusal.Invalid("dimensions-differ", $"A vector has {odd.Length} dimensions, the first has {dimensions}. Embed all chunks with one embedder.");
        if (vectors.Any(vector => !vector.All(float.IsFinite)))
            return Refusal.Invalid("vector-not-finite", "A vector holds a value that is no finite number. Check the embedder.");

        if (vectors.FirstOrDefault(vector => TensorPrimitives.Norm(vector) is var length && length != 0 && Math.Abs(length - 1) > LengthTolerance) is { } longer)
            return Refusal.Invalid("vector-not-unit", $"A vector has length {TensorPrimitives.Norm(longer)}; it must be 1. Divide it by its length.");

        var rows = new float[chunks.Count * dimensions];
        for (var i = 0; i < vectors.Count; i++)
            vectors[i].CopyTo(rows, i * dimensions);
        return new Segment(chunks, new Vectors(rows, dimensions), Postings.Of(chunks));
    }

    /// <summary>The k best chunks, best first. <see cref="SegmentLayers.Search"/> tells how they are scored.</summary>
    public IReadOnlyList<Hit> Search(string query, ReadOnlySpan<float> vector, int k, double weight) =>
        (alone ??= new SegmentLayers([this])).Search(query, vector, k, weight);

    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Save(Stream stream) => SegmentFile.Write(this, stream);

    /// <summary>What <see cref="Save"/> wrote, or why it cannot be read: cut off, damaged, or of another format version.</summary>
    public static Result<Segment> Load(Stream stream) => SegmentFile.Read(stream);

    internal static Segment Of(IReadOnlyList<Chunk> chunks, Vectors vectors, Postings postings) => new(chunks, vectors, postings);
}
