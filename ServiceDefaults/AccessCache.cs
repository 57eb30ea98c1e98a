using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace LlmOps;

/// <summary>The keys this process knows: a signed snapshot, swapped whole. Our own processes' keys are derived, so they hold with everything else away.</summary>
public sealed class AccessCache(InstallationSecret secret, TimeProvider clock)
{
    private readonly FrozenDictionary<string, KeyRecord> services = ApiKey.Services
        .Select(name => (Name: name, Key: ApiKey.Service(name, secret)))
        .ToFrozenDictionary(service => service.Key.Id, service => new KeyRecord(
            service.Key.Id, secret.Mac(service.Key.Secret), Role.Service, $"service:{service.Name}", "*", Expires: null, Revoked: false));

    private volatile FrozenDictionary<string, KeyRecord> keys = FrozenDictionary<string, KeyRecord>.Empty;

    /// <summary>Revision of the snapshot in use; -1 before the first.</summary>
    public long Revision { get; private set; } = -1;

    /// <summary>Takes a newer snapshot; false when its signature does not hold or it is not newer.</summary>
    public bool Take(Signed signed)
    {
        if (!secret.Verify(signed))
            return false;
        var snapshot = Json.Read<AccessSnapshot>(signed.Payload);
        if (snapshot.Revision <= Revision)
            return false;
        keys = snapshot.Keys.ToFrozenDictionary(key => key.Id);
        Revision = snapshot.Revision;
        return true;
    }

    /// <summary>The caller behind a key; null for one that is malformed, unknown, wrong, expired or revoked.</summary>
    public Caller? Find(string text)
    {
        if (!ApiKey.TryParse(text, out var key) || !(key.IsService ? services : keys).TryGetValue(key.Id, out var record))
            return null;
        var matches = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(secret.Mac(key.Secret)), Encoding.ASCII.GetBytes(record.Mac));
        return matches && !record.Revoked && !(record.Expires <= clock.GetUtcNow())
            ? new Caller(record.Person, record.Role, record.Id, record.App, Scope.Of(record.Role))
            : null;
    }
}
