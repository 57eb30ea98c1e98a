using LlmOps.Retrieval;
using Microsoft.Extensions.Options;

namespace LlmOps.Indexes;

/// <summary>The segment files on disk, named by version id. One that is lost or damaged is built again, so nothing here needs a backup.</summary>
public sealed class SegmentFiles(IOptions<StorageOptions> storage)
{
    /// <summary>Writes the whole file under another name first: whoever reads sees all of it or none. Answers the file's SHA-256.</summary>
    public async Task<string> Write(string id, Segment segment, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        segment.Save(bytes);
        var fresh = $"{PathOf(id)}.{Guid.CreateVersion7():n}.new";
        try
        {
            await using (var file = File.Create(fresh))
            {
                await file.WriteAsync(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), ct);
                file.Flush(flushToDisk: true);
            }
            File.Move(fresh, PathOf(id), overwrite: true);
        }
        finally
        {
            File.Delete(fresh); // there only when something went wrong
        }
        return ContentHash.OfBytes(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <summary>The segment, or why its file cannot be trusted.</summary>
    public async Task<Result<Segment>> Read(string id, string sha256, CancellationToken ct)
    {
        if (!File.Exists(PathOf(id)))
            return Refusal.NotFound("segment-missing", $"The segment file of {id} is not there.");
        var bytes = await File.ReadAllBytesAsync(PathOf(id), ct);
        if (ContentHash.OfBytes(bytes) != sha256)
            return Refusal.Conflict("segment-corrupt", $"The segment file of {id} is not the one that was written.");
        using var stream = new MemoryStream(bytes);
        return Segment.Load(stream);
    }

    public string PathOf(string id) => Path.Combine(storage.Value.Sub("segments"), id);
}
