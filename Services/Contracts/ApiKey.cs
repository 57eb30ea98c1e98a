using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace LlmOps;

/// <summary>An API key: <c>lmo_{environment}_{8-char id}_{43-char secret}_{6-char checksum}</c>.
/// The prefix is for secret scanners, the checksum (CRC-32, ISO-HDLC) turns a typo away before anything is looked up.</summary>
public sealed record ApiKey(string Environment, string Id, string Secret)
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string LocalEnvironment = "local";
    private const string ServiceEnvironment = "svc";

    /// <summary>Our own processes, each of which proves itself with a key derived from the installation's secret.</summary>
    public static IReadOnlyList<string> Services { get; } = ["web", "gateway", "prompts", "indexes", "evals", "evalrunner", "costs", "releases"];

    public bool IsService => Environment == ServiceEnvironment;

    public static ApiKey Create(string environment) =>
        new(environment, RandomNumberGenerator.GetString(Digits, 8), RandomNumberGenerator.GetString(Digits, 43));

    /// <summary>The key that a local start seeds for a role: the same at every start of the same installation.</summary>
    public static ApiKey Local(Role role, InstallationSecret secret) => Derived(LocalEnvironment, $"local-key:{role}", secret);

    public static ApiKey Service(string name, InstallationSecret secret) => Derived(ServiceEnvironment, $"service-key:{name}", secret);

    /// <summary>Reads a key; false for anything that is not one, a wrong checksum included.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ApiKey? key)
    {
        key = null;
        if (text is null || text.Split('_') is not ["lmo", { Length: > 0 } environment, { Length: 8 } id, { Length: 43 } secret, { Length: 6 } checksum])
            return false;
        var candidate = new ApiKey(environment, id, secret);
        if (candidate.Checksum() != checksum)
            return false;
        key = candidate;
        return true;
    }

    /// <summary>The key as its holder sends it. Shown once, never logged: <see cref="ToString"/> redacts.</summary>
    public string Reveal() => $"lmo_{Environment}_{Id}_{Secret}_{Checksum()}";

    public override string ToString() => $"lmo_{Environment}_{Id}_…";

    private static ApiKey Derived(string environment, string purpose, InstallationSecret secret)
    {
        var bytes = secret.Derive(purpose);
        return new(environment, Base62(SHA256.HashData(bytes), 8), Base62(bytes, 43));
    }

    private static string Base62(byte[] bytes, int length)
    {
        var number = new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
        var text = new char[length];
        for (var i = length - 1; i >= 0; i--)
        {
            number = BigInteger.DivRem(number, 62, out var digit);
            text[i] = Digits[(int)digit];
        }
        return new string(text);
    }

    private string Checksum()
    {
        var crc = uint.MaxValue;
        foreach (var b in Encoding.ASCII.GetBytes($"{Environment}_{Id}_{Secret}"))
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
        }
        return Base62(BitConverter.GetBytes(~crc), 6);
    }
}
