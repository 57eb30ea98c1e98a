using System.ComponentModel.DataAnnotations;

namespace LlmOps;

/// <summary>All keys of the installation as every process holds them: hashes and roles, signed by Releases, never a secret.</summary>
public sealed record AccessSnapshot(long Revision, IReadOnlyList<KeyRecord> Keys);

/// <param name="Mac">HMAC-SHA-256 of the key's secret part under the installation's pepper, hex.</param>
/// <param name="App">The app the key covers, or <c>*</c>.</param>
public sealed record KeyRecord(string Id, string Mac, Role Role, string Person, string App, DateTimeOffset? Expires, bool Revoked);

/// <summary>A key as people see it: its id, never its secret.</summary>
public sealed record KeyView(string Id, Role Role, string Person, string App, DateTimeOffset CreatedAt, DateTimeOffset? Expires, bool Revoked);

/// <param name="App">The app the key covers, or <c>*</c>.</param>
public sealed record CreateKey(Role Role, [property: Required, MinLength(2), MaxLength(200)] string Person, [property: Required] string App = "*", DateTimeOffset? Expires = null);

/// <param name="Secret">The whole key, shown this once.</param>
public sealed record CreatedKey(KeyView Key, string Secret);
