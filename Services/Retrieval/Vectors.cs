using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LlmOps.Retrieval;

/// <summary>Vectors of length 1 in rows, with an 8-bit copy to scan: a quarter of the bytes to read, and the best are scored again exactly.</summary>
internal sealed class Vectors
{
    private readonly sbyte[] codes;
    private readonly float[] scales;

    public Vectors(float[] rows, int dimensions)
    {
        Rows = rows;
        Dimensions = dimensions;
        Count = dimensions == 0 ? 0 : rows.Length / dimensions;
        codes = new sbyte[rows.Length];
        scales = new float[Count];
        for (var i = 0; i < Count; i++)
            scales[i] = Quantize(Row(i), codes.AsSpan(i * dimensions, dimensions));
    }

    public float[] Rows { get; }
    public int Dimensions { get; }
    public int Count { get; }

    /// <summary>The exact inner product; cosine, since lengths are 1.</summary>
    public float Cosine(int row, ReadOnlySpan<float> query) => TensorPrimitives.Dot(Row(row), query);

    /// <summary>The rows nearest to the query by their 8-bit copy, at most <paramref name="most"/>, in no order.</summary>
    public IEnumerable<int> Nearest(ReadOnlySpan<float> query, int most)
    {
        var code = new sbyte[Dimensions];
        Quantize(query, code);
        var best = new TopRows(most);
        for (var i = 0; i < Count; i++)
            best.Offer(i, Dot(codes.AsSpan(i * Dimensions, Dimensions), code) * scales[i]); // the query's own scale changes no order
        return best.Rows;
    }

    private ReadOnlySpan<float> Row(int row) => Rows.AsSpan(row * Dimensions, Dimensions);

    private static float Quantize(ReadOnlySpan<float> row, Span<sbyte> code)
    {
        var scale = row.IsEmpty ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude(row)) / sbyte.MaxValue;
        if (scale == 0)
            return 0;
        for (var i = 0; i < row.Length; i++)
            code[i] = (sbyte)MathF.Round(row[i] / scale);
        return scale;
    }

    /// <summary>Two products of at most 127² fit a 16-bit lane, so pairs are added there before they are widened.</summary>
    private static int Dot(ReadOnlySpan<sbyte> a, ReadOnlySpan<sbyte> b)
    {
        var sums = Vector256<int>.Zero;
        ref var left = ref MemoryMarshal.GetReference(a);
        ref var right = ref MemoryMarshal.GetReference(b);
        var at = 0;
        for (; at + Vector256<sbyte>.Count <= a.Length; at += Vector256<sbyte>.Count)
        {
            var (leftLow, leftHigh) = Vector256.Widen(Vector256.LoadUnsafe(ref left, (nuint)at));
            var (rightLow, rightHigh) = Vector256.Widen(Vector256.LoadUnsafe(ref right, (nuint)at));
            var (low, high) = Vector256.Widen((leftLow * rightLow) + (leftHigh * rightHigh));
            sums += low + high;
        }
        var sum = Vector256.Sum(sums);
        for (; at < a.Length; at++)
            sum += a[at] * b[at];
        return sum;
    }
}
