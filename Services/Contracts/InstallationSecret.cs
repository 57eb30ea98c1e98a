using System.Security.Cryptography;
using System.Text;

namespace LlmOps;

/// <summary>The one secret of an installation. Everything else is derived from it by purpose, so that no purpose can stand in for another.</summary>
public sealed class InstallationSecret(string secret)
{
    private readonly byte[] root = SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>32 bytes for one purpose (HKDF-SHA-256, RFC 5869).</summary>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, root, 32, info: Encoding.UTF8.GetBytes(purpose));

    /// <summary>HMAC-SHA-256 of an API key's secret part under the pepper: what is stored instead of the key.</summary>
    public string Mac(string keySecret) => Convert.ToHexStringLower(HMACSHA256.HashData(Derive("key-pepper"), Encoding.UTF8.GetBytes(keySecret)));

    public Signed Sign(string payload) => new(payload, Signature(payload));

    public bool Verify(Signed signed) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Signature(signed.Payload)), Encoding.ASCII.GetBytes(signed.Signature));

    private string Signature(string payload) => Convert.ToHexStringLower(HMACSHA256.HashData(Derive("snapshot"), Encoding.UTF8.GetBytes(payload)));
}

/// <summary>A JSON document with the installation's signature over its exact bytes.</summary>
public sealed record Signed(string Payload, string Signature);
