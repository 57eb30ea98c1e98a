namespace LlmOps.Gateway;

/// <summary>The end of a journal on disk, where lines are added. A new file begins when the last is full.</summary>
public sealed class JournalFile(JournalFolder folder, long mostBytes) : IDisposable
{
    private readonly MemoryStream buffer = new();
    private FileStream file = Append(folder.Files is [.., var last] ? last : folder.FileFrom(1));

    /// <summary>Adds all of the entries in one write, or none of them.</summary>
    /// <exception cref="IOException">The disk does not take them.</exception>
    public async Task Append(IReadOnlyList<JournalEntry> entries)
    {
        if (file.Length >= mostBytes)
            Turn(entries[0].Seq);
        buffer.SetLength(0);
        foreach (var entry in entries)
            buffer.Write(entry.ToLine());

        var before = file.Length;
        try
        {
            await file.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
        }
        catch (IOException)
        {
            file.SetLength(before); // half a write must not stand before the next
            file.Position = before;
            throw;
        }
    }

    /// <summary>Brings what is written from the machine's memory to its disk.</summary>
    public void Sync()
    {
        try
        {
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }
        catch (ObjectDisposedException)
        {
            // Turned over meanwhile, and flushed by that.
        }
    }

    public void Dispose()
    {
        file.Dispose();
        buffer.Dispose();
    }

    private void Turn(long first)
    {
        var next = Append(folder.FileFrom(first));
        file.Flush(flushToDisk: true);
        file.Dispose();
        file = next;
    }

    private static FileStream Append(string path) => new(path, FileMode.Append, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
}
