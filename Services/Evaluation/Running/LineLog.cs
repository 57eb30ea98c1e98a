using System.Text;

namespace LlmOps.Evaluation;

/// <summary>A file that only grows, one line at a time, each handed to the operating system before the next: what a killed process wrote is there.
/// A last line without its end was torn by the kill and is dropped. One process at a time has it.</summary>
internal sealed class LineLog : IDisposable
{
    private readonly FileStream file;

    private LineLog(FileStream file) => this.file = file;

    internal static LineLog Open(string path, bool keep, out IReadOnlyList<string> lines)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        var stream = new FileStream(path, keep ? FileMode.OpenOrCreate : FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var whole = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        stream.SetLength(whole);
        stream.Seek(0, SeekOrigin.End);
        lines = Encoding.UTF8.GetString(bytes, 0, whole).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new LineLog(stream);
    }

    internal void Write(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        lock (file)
        {
            file.Write(bytes);
            file.Flush();
        }
    }

    public void Dispose() => file.Dispose();
}
