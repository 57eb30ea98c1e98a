using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace LlmOps.Evaluation;

/// <summary>Rows whose content stands in an earlier row, but for case and white space, by a 64-bit hash of each; over all rows.</summary>
internal sealed class ExactDuplicates(Layout layout)
{
    private const int MostExamples = 20;

    private readonly Dictionary<ulong, (int Line, uint Label)> seen = [];
    private byte[] buffer = new byte[1024];

    internal long Count { get; private set; }

    internal long Conflicting { get; private set; }

    internal List<DataPair> Examples { get; } = [];

    internal void Add(long line, JsonElement row)
    {
        var content = Content(row);
        if (content == 0)
            return;
        var label = layout.Label?.In(row) is { } value ? (uint)Hashing.Of(JsonMarshal.GetRawUtf8Value(value)) : 0;
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(seen, content, out var known);
        if (!known)
        {
            first = ((int)Math.Min(line, int.MaxValue), label);
            return;
        }
        Count++;
        if (label != first.Label)
            Conflicting++;
        if (Examples.Count < MostExamples)
            Examples.Add(new DataPair(line, $"line {first.Line}", "exact", 1));
    }

    /// <summary>0 where the row says nothing.</summary>
    private ulong Content(JsonElement row)
    {
        if (layout.Content.Count == 0)
            return Of(row, outermost: true);
        var hash = 0UL;
        foreach (var field in layout.Content)
        {
            if (field.In(row) is { } value)
                hash += Of(value, outermost: false);
        }
        return hash;
    }

    /// <summary>Fields are added up, so that their order does not matter.</summary>
    private ulong Of(JsonElement value, bool outermost)
    {
        var hash = 0UL;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    if (!outermost || !(Layout.IsIdName(property.Name) || property.Name is "source" or "timestamp"))
                        hash += Hashing.Of(Hashing.Of(property.Name), Of(property.Value, outermost: false));
                }
                return hash;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                    hash = Hashing.Of(hash, Of(item, outermost: false));
                return hash;
            case JsonValueKind.String:
                return Of(value);
            default:
                return Hashing.Of(JsonMarshal.GetRawUtf8Value(value));
        }
    }

    private ulong Of(JsonElement text)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text)[1..^1];
        if (raw.Contains((byte)'\\') || !Ascii.IsValid(raw))
            raw = Encoding.UTF8.GetBytes(text.GetString()!.Normalize().ToLowerInvariant());
        if (buffer.Length < raw.Length)
            buffer = new byte[raw.Length * 2];
        var length = 0;
        foreach (var b in raw)
        {
            if (b is not ((byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r'))
                buffer[length++] = b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;
            else if (length > 0 && buffer[length - 1] != (byte)' ')
                buffer[length++] = (byte)' ';
        }
        if (length > 0 && buffer[length - 1] == (byte)' ')
            length--;
        return length == 0 ? 0 : Hashing.Of(buffer.AsSpan(0, length));
    }
}
