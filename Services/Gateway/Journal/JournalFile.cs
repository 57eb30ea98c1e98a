namespace LlmOps.Gateway;

/// <summary>The end of a journal on disk, where lines are added. A new file begins when the last is full.</summary>
public sealed class JournalFile : IDisposable
{
    private readonly JournalFolder folder;
    private readonly long mostBytes;
    private readonly MemoryStream buffer = new();
    private FileStream file;
    private long whole; // where the last whole write ended

    public JournalFile(JournalFolder folder, long mostBytes)
    {
        (this.folder, this.mostBytes) = (folder, mostBytes);
        file = Append(folder.Files is [.., var last] ? last : folder.FileFrom(1));
        whole = file.Length;
    }

    /// <summary>Adds all of the lines in one write, or none of them.</summary>
    /// <param name="first">The position of the first line.</param>
    /// <exception cref="IOException">The disk does not take them.</exception>
    public async Task Append(long first, IReadOnlyList<byte[]> lines)
    {
        if (whole >= mostBytes)
            Turn(first);
        buffer.SetLength(0);
        foreach (var line in lines)
            buffer.Write(line);

        Cut(); // once more: after a failed write that may have failed, too
        try
        {
            await file.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
        }
        catch
        {
            Cut();
            throw;
        }
        whole += buffer.Length;
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
        (file, whole) = (next, next.Length);
    }

    /// <summary>Half a write must not stand before the next.</summary>
    private void Cut()
    {
        if (file.Length > whole)
            file.SetLength(whole);
        file.Position = whole;
    }

    private static FileStream Append(string path) => new(path, FileMode.Append, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
}
