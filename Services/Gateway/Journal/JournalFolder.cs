using System.Globalization;

namespace LlmOps.Gateway;

/// <summary>One gateway's journal on disk: files named by their first position, held by one process at a time.</summary>
public sealed class JournalFolder : IDisposable
{
    private const int MostBytesPerRead = 1024 * 1024; // many times the longest line
    private readonly FileStream claim;
    private (long Position, string File, long Offset) read; // where the last read ended, so that the next need not search

    private JournalFolder(string path, FileStream claim) => (Path, this.claim) = (path, claim);

    public string Path { get; }

    /// <summary>Names the gateway in records, cursors and the shipped position.</summary>
    public string Gateway => System.IO.Path.GetFileName(Path);

    public IReadOnlyList<string> Files => [.. Directory.EnumerateFiles(Path, "*.jsonl").Order(StringComparer.Ordinal)];

    /// <summary>False once everything in it has been shipped and taken out.</summary>
    public bool HasEntries => Files.Any(file => new FileInfo(file).Length > 0);

    /// <summary>Takes the first journal that nobody holds, so that what a dead process left is finished, or begins a new one.</summary>
    public static JournalFolder Claim(string root)
    {
        foreach (var left in Left(root))
            return left;
        var fresh = Directory.CreateDirectory(System.IO.Path.Combine(root, $"gw-{Guid.CreateVersion7():n}")).FullName;
        return TryClaim(fresh) ?? throw new IOException($"The new journal folder {fresh} cannot be locked.");
    }

    /// <summary>Takes the journals that nobody holds, one when the next is asked for; each is the taker's to give back.</summary>
    public static IEnumerable<JournalFolder> Left(string root) =>
        Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal).Select(TryClaim).OfType<JournalFolder>();

    public string FileFrom(long position) => System.IO.Path.Combine(Path, position.ToString("D20", CultureInfo.InvariantCulture) + ".jsonl");

    public static long FirstOf(string file) => long.Parse(System.IO.Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture);

    /// <summary>The entries behind a position, oldest first. A damaged line is skipped and counted.</summary>
    /// <param name="upTo">The last position known to be written: what lies behind it may yet be taken back.</param>
    public (List<JournalEntry> Entries, int Damaged) After(long position, long upTo, int most)
    {
        var (entries, damaged) = (new List<JournalEntry>(), 0);
        var (at, file, offset) = read.Position == position && File.Exists(read.File) ? read : (position, FileOf(position), 0L);
        while (file is not null && entries.Count < most && at < upTo)
        {
            var more = false;
            foreach (var (entry, end) in Lines(file, offset).TakeWhile(line => entries.Count < most && !(line.Entry?.Seq > upTo)))
            {
                (offset, at, more) = (end, entry?.Seq ?? at, true);
                if (entry is null)
                    damaged++;
                else if (entry.Seq > position)
                    entries.Add(entry);
            }
            if (!more)
                (file, offset) = (Files.FirstOrDefault(other => string.CompareOrdinal(other, file) > 0), 0);
        }
        if (file is not null)
            read = (Math.Max(at, position), file, offset);
        return (entries, damaged);
    }

    /// <summary>Whole lines from an offset on, each with where it ends; the entry is null where the line is damaged. A last line without its end is left out.</summary>
    public static IEnumerable<(JournalEntry? Entry, long End)> Lines(string file, long offset)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Position = offset;
        var buffer = new byte[Math.Clamp(stream.Length - offset, 0, MostBytesPerRead)];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        for (var start = 0; buffer.AsSpan(start, length - start).IndexOf((byte)'\n') is var end and >= 0; start += end + 1)
            yield return (JournalEntry.Read(buffer.AsSpan(start, end)), offset + start + end + 1);
    }

    public void Dispose() => claim.Dispose();

    private string? FileOf(long position) => Files is [var oldest, ..] files ? files.LastOrDefault(file => FirstOf(file) <= position + 1) ?? oldest : null;

    private static JournalFolder? TryClaim(string path)
    {
        try { return new JournalFolder(path, new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)); }
        catch (IOException) { return null; } // held by a living process
    }
}
