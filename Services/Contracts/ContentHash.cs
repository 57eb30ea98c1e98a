using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LlmOps;

/// <summary>Content addresses: lower-case hex of SHA-256, over bytes or over canonical JSON.</summary>
public static class ContentHash
{
    public static string OfBytes(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static string OfText(string text) => OfBytes(Encoding.UTF8.GetBytes(text));

    /// <summary>The hash of a value's canonical JSON: the order of its keys does not matter, everything else does.</summary>
    public static string Of<T>(T value) => OfText(CanonicalJson.Write(JsonSerializer.SerializeToElement(value, Json.Options)));
}
