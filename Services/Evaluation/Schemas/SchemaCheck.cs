using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace LlmOps.Evaluation;

/// <summary>One pass of a contract over the rows of a file, in order. Keeps 16 bytes per distinct value of a unique field, and counts.</summary>
public sealed class SchemaCheck(DatasetSchema schema)
{
    private readonly long[] missing = new long[schema.Fields.Count];
    private readonly Dictionary<UInt128, int>[] seen = [.. schema.Fields.Select(_ => new Dictionary<UInt128, int>())];
    private long rows;

    /// <summary>What one row breaks; empty where it keeps the contract.</summary>
    /// <param name="line">1-based, to name the first of two equal values.</param>
    public IReadOnlyList<SchemaViolation> Row(JsonElement row, int line)
    {
        rows++;
        var violations = schema.Row.Validate(row);
        for (var i = 0; i < schema.Fields.Count; i++)
        {
            var field = schema.Fields[i];
            if (field.In(row) is not { } value)
                missing[i]++;
            else if (field.Unique && !seen[i].TryAdd(Key(value), line))
                violations = [.. violations, new SchemaViolation(field.Pointer, "unique", $"stands already on line {seen[i][Key(value)]}; each row needs its own.")];
        }
        return violations;
    }

    /// <summary>What the file as a whole breaks. The lines of these are unknown.</summary>
    public IReadOnlyList<SchemaViolation> End() =>
        [.. schema.Fields.Select((field, i) => (field, Rate: rows == 0 ? 0 : missing[i] / (double)rows)).Where(pair => pair.Rate > pair.field.MaxNullRate)
            .Select(pair => new SchemaViolation(pair.field.Pointer, "max_null_rate", string.Create(CultureInfo.InvariantCulture,
                $"is missing or null in {100 * pair.Rate:0.##} % of {rows:N0} rows; at most {100 * pair.field.MaxNullRate:0.##} % may lack it.")))];

    private static UInt128 Key(JsonElement value)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(value.ValueKind == JsonValueKind.String ? System.Text.Encoding.UTF8.GetBytes(value.GetString()!) : System.Text.Encoding.UTF8.GetBytes(CanonicalJson.Write(value)), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
