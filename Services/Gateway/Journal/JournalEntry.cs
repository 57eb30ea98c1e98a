using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LlmOps.Gateway;

/// <summary>One line of a journal: a call that begins, a call that ended, or what was said about one. Exactly one of the three is set.</summary>
/// <param name="Seq">Gapless within one gateway, from 1: its position in the feed.</param>
public sealed record JournalEntry(long Seq, InferenceRecord? Open, InferenceRecord? Settled, FeedbackRecord? Feedback)
{
    private const int CheckLength = 16;

    /// <summary><c>{length of the JSON} {first 8 bytes of its SHA-256, hex} {JSON}</c> and a line feed.</summary>
    public byte[] ToLine()
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(this, Json.Options);
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{json.Length} {Check(json)} "));
        return [.. head, .. json, (byte)'\n'];
    }

    /// <summary>Reads a line without its line feed; null for one that was torn or altered.</summary>
    public static JournalEntry? Read(ReadOnlySpan<byte> line)
    {
        var space = line.IndexOf((byte)' ');
        if (space <= 0 || line.Length < space + CheckLength + 2 || !int.TryParse(line[..space], CultureInfo.InvariantCulture, out var length))
            return null;
        var check = Encoding.ASCII.GetString(line.Slice(space + 1, CheckLength));
        var json = line[(space + CheckLength + 2)..];
        return json.Length == length && check == Check(json) ? JsonSerializer.Deserialize<JournalEntry>(json, Json.Options) : null;
    }

    private static string Check(ReadOnlySpan<byte> json) => Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, CheckLength / 2));
}
