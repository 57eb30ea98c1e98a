using System.Text;
using System.Text.Unicode;

namespace LlmOps.Cli;

/// <summary>A text file as it is: what is no UTF-8 is refused with its place and never replaced.</summary>
public static class StrictText
{
    private const char Undecoded = '\uFFFF'; // no character of any text

    private static readonly Encoding Marking = Encoding.GetEncoding("utf-8", EncoderFallback.ExceptionFallback, new DecoderReplacementFallback(Undecoded.ToString()));

    /// <summary>For rows that are read one by one: what is no UTF-8 is found by <see cref="IsBroken"/> in its row, so that the others can be answered.</summary>
    public static StreamReader Rows(FileInfo file) => new(file.FullName, Marking, detectEncodingFromByteOrderMarks: false);

    public static bool IsBroken(string row) => row.Contains(Undecoded, StringComparison.Ordinal);

    public static async Task<Result<string>> Read(string path, CancellationToken ct) =>
        File.Exists(path) ? Decode(await File.ReadAllBytesAsync(path, ct), path) : Refusal.Invalid("no-such-file", $"There is no file {path}. Correct the path.");

    public static Result<string> Decode(ReadOnlySpan<byte> bytes, string file)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        if (Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);
        var at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out var used) == System.Buffers.OperationStatus.Done)
            at += used;
        return Refusal.Invalid("not-utf8", $"{file}:{bytes[..at].Count((byte)'\n') + 1}: byte {at + 1} of the file is no UTF-8. Save the file as UTF-8; nothing is replaced on its own.");
    }
}
