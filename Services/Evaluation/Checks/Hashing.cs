using System.Runtime.InteropServices;

namespace LlmOps.Evaluation;

/// <summary>64-bit hashes that are the same on every machine, as samples and reports must be.</summary>
internal static class Hashing
{
    private const ulong Start = 14695981039346656037;
    private const ulong Factor = 0x9e3779b97f4a7c15;

    internal static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = Start ^ (ulong)bytes.Length;
        for (; bytes.Length >= 8; bytes = bytes[8..])
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(bytes)) * Factor;
        foreach (var b in bytes)
            hash = (hash ^ b) * Factor;
        return Mix(hash);
    }

    internal static ulong Of(ReadOnlySpan<char> text) => Of(MemoryMarshal.AsBytes(text));

    internal static ulong Of(char c) => Mix(Start ^ c);

    internal static ulong Of(ulong first, ulong second) => Mix((first * Factor) ^ second);

    /// <summary>The finaliser of SplitMix64 (Steele, Lea, Flood 2014): spreads every bit over all 64.</summary>
    internal static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
