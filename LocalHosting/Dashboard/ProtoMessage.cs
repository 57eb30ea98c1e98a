using System.Text;

namespace LlmOps.LocalHosting.Dashboard;

/// <summary>Writes one protobuf message, field by field (protobuf.dev, encoding). Absent values leave no trace.</summary>
internal sealed class ProtoMessage
{
    private const int Varint = 0;
    private const int Delimited = 2;

    private readonly List<byte> bytes = [];

    public byte[] ToBytes() => [.. bytes];

    public ProtoMessage Text(int field, string? value) => value is null ? this : Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtoMessage Flag(int field, bool value) => Number(field, value ? 1 : 0);

    public ProtoMessage Number(int field, long value)
    {
        Write((ulong)(field << 3 | Varint));
        Write((ulong)value);
        return this;
    }

    public ProtoMessage Message(int field, ProtoMessage? value) => value is null ? this : Bytes(field, value.ToBytes());

    public ProtoMessage Messages(int field, IEnumerable<ProtoMessage> values)
    {
        foreach (var value in values)
            Message(field, value);
        return this;
    }

    /// <summary><c>google.protobuf.Timestamp</c></summary>
    public ProtoMessage Time(int field, DateTimeOffset? value) =>
        value is { } time ? Message(field, new ProtoMessage().Number(1, time.ToUnixTimeSeconds()).Number(2, time.Millisecond * 1_000_000L)) : this;

    /// <summary>The text in one of a message's fields, or empty.</summary>
    public static string TextIn(ReadOnlySpan<byte> message, int field)
    {
        while (message.Length > 0)
        {
            var tag = Read(ref message);
            var value = Read(ref message);
            if ((tag & 7) != Delimited)
                continue;
            if (value > (ulong)message.Length)
                return "";
            if ((int)(tag >> 3) == field)
                return Encoding.UTF8.GetString(message[..(int)value]);
            message = message[(int)value..];
        }
        return "";
    }

    private ProtoMessage Bytes(int field, byte[] value)
    {
        Write((ulong)(field << 3 | Delimited));
        Write((ulong)value.Length);
        bytes.AddRange(value);
        return this;
    }

    private void Write(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
    }

    private static ulong Read(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var shift = 0; bytes.Length > 0 && shift < 64; shift += 7)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                break;
        }
        return value;
    }
}
