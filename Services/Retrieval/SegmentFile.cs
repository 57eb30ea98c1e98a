using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace LlmOps.Retrieval;

/// <summary>The segment's file: magic and format version, length of the body, SHA-256 of the body, body. Numbers are little-endian.</summary>
internal static class SegmentFile
{
    private const int HeadBytes = 8 + sizeof(long) + SHA256.HashSizeInBytes;
    private const int MostDimensions = 65_536;

    private static ReadOnlySpan<byte> Magic => "LLMOSEG\x01"u8; // the last byte is the format version

    public static void Write(Segment segment, Stream stream)
    {
        using var body = new MemoryStream();
        using (var writer = new BinaryWriter(body, Encoding.UTF8, leaveOpen: true))
            WriteBody(segment, writer);

        var bytes = body.GetBuffer().AsSpan(0, (int)body.Length);
        Span<byte> head = stackalloc byte[HeadBytes];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], bytes.Length);
        SHA256.HashData(bytes, head[16..]);
        stream.Write(head);
        stream.Write(bytes);
    }

    public static Result<Segment> Read(Stream stream)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        if (stream.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false) < HeadBytes)
            return Damaged("segment-truncated", "ends within its head");
        if (!head[..7].SequenceEqual(Magic[..7]))
            return Damaged("segment-foreign", "is no segment file");
        if (head[7] != Magic[7])
            return Damaged("segment-version", $"has format version {head[7]}, this program reads {Magic[7]}");

        var length = BinaryPrimitives.ReadInt64LittleEndian(head[8..]);
        using var body = new MemoryStream(); // grows with what is there, not with what the head claims
        stream.CopyTo(body);
        if (body.Length < length)
            return Damaged("segment-truncated", $"ends after {body.Length} of {length} bytes");
        if (body.Length > length)
            return Damaged("segment-corrupt", "goes on after its end");
        if (!SHA256.HashData(body.GetBuffer().AsSpan(0, (int)body.Length)).AsSpan().SequenceEqual(head[16..]))
            return Damaged("segment-corrupt", "does not match its checksum");

        body.Position = 0;
        using var reader = new BinaryReader(body, Encoding.UTF8);
        try { return ReadBody(reader); }
        catch (Exception e) when (e is EndOfStreamException or FormatException or InvalidDataException or ArgumentException)
        {
            return Damaged("segment-corrupt", $"has a right checksum and a wrong body ({e.Message})");
        }
    }

    private static void WriteBody(Segment segment, BinaryWriter writer)
    {
        writer.Write7BitEncodedInt(segment.Chunks.Count);
        foreach (var chunk in segment.Chunks)
        {
            writer.Write7BitEncodedInt(chunk.Ordinal);
            writer.Write(chunk.Document);
            writer.Write7BitEncodedInt(chunk.Start);
            writer.Write7BitEncodedInt(chunk.End);
            writer.Write(chunk.Text);
        }

        writer.Write7BitEncodedInt(segment.Dimensions);
        writer.Write(MemoryMarshal.AsBytes<float>(segment.Vectors.Rows));

        foreach (var length in segment.Postings.Lengths)
            writer.Write7BitEncodedInt(length);
        writer.Write7BitEncodedInt(segment.Postings.All.Count);
        foreach (var (term, postings) in segment.Postings.All.OrderBy(term => term.Key, StringComparer.Ordinal))
        {
            writer.Write(term);
            writer.Write7BitEncodedInt(postings.Length);
            foreach (var posting in postings)
            {
                writer.Write7BitEncodedInt(posting.Chunk);
                writer.Write7BitEncodedInt(posting.Count);
            }
        }
    }

    private static Segment ReadBody(BinaryReader reader)
    {
        var chunks = new Chunk[Number(reader)];
        for (var i = 0; i < chunks.Length; i++)
            chunks[i] = new Chunk(Number(reader), reader.ReadString(), Number(reader), Number(reader), reader.ReadString());

        var dimensions = Number(reader);
        if (dimensions > MostDimensions)
            throw new InvalidDataException($"{dimensions} dimensions");
        var rows = new float[chunks.Length * dimensions];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(rows.AsSpan()));

        var lengths = new int[chunks.Length];
        for (var i = 0; i < lengths.Length; i++)
            lengths[i] = Number(reader);
        var terms = new Dictionary<string, Posting[]>();
        for (var left = Number(reader); left > 0; left--)
        {
            var term = reader.ReadString();
            var postings = new Posting[Number(reader)];
            for (var i = 0; i < postings.Length; i++)
                postings[i] = new Posting(Number(reader, below: chunks.Length), Number(reader));
            terms.Add(term, postings);
        }
        return Segment.Of(chunks, new Vectors(rows, dimensions), new Postings(lengths, terms));
    }

    private static int Number(BinaryReader reader, int below = int.MaxValue) =>
        reader.Read7BitEncodedInt() is var number && number >= 0 && number < below ? number : throw new InvalidDataException($"the number {number} is out of range");

    private static Refusal Damaged(string code, string what) => Refusal.Invalid(code, $"The segment file {what}. Build the index version again from its corpus.");
}
