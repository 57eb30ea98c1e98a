using System.Text.Json;

namespace LlmOps;

/// <summary>Who did what to which hash, and why. Chained: each entry's hash covers the one before it.</summary>
/// <param name="Seq">Gapless, from 1, per service.</param>
/// <param name="Actor">The person, or <c>service:name</c>.</param>
/// <param name="Object">What it was done to, as <c>noun:id</c>.</param>
/// <param name="Before">Hash or id of the state before; null where there was none.</param>
/// <param name="After">Hash or id of the state after.</param>
/// <param name="Hash">SHA-256(previous hash ‖ canonical JSON of this entry without <paramref name="Hash"/>), hex.</param>
public sealed record AuditEntry(
    long Seq, DateTimeOffset At, string Actor, Role Role, string Action, string Object, string? Before, string? After,
    string? Reason, string? RequestId, string PreviousHash, string Hash);

/// <summary>A run of entries in order, and the chain's newest hash at the time of asking.</summary>
public sealed record AuditPage(string Service, IReadOnlyList<AuditEntry> Entries, long HeadSeq, string HeadHash);

/// <param name="FirstBad">The first sequence number that does not hold; null when intact.</param>
/// <param name="Kind">altered, missing or reordered, broken-link, or truncated.</param>
public sealed record AuditVerdict(string Service, bool Intact, long Entries, string HeadHash, long? FirstBad, string? Kind);

/// <summary>The hash chain: the same code writes it in every service and verifies it anywhere.</summary>
public static class AuditChain
{
    public static string Genesis { get; } = new('0', 64);

    /// <summary>The entry, linked behind <paramref name="previousHash"/>.</summary>
    public static AuditEntry Link(AuditEntry entry, string previousHash)
    {
        var linked = entry with { PreviousHash = previousHash, Hash = "" };
        return linked with { Hash = HashOf(linked) };
    }

    /// <summary>Checks entries from the first of the chain on. The head, when known from elsewhere, catches a cut tail.</summary>
    public static AuditVerdict Verify(string service, IReadOnlyList<AuditEntry> entries, long? headSeq = null)
    {
        var (previous, expected) = (Genesis, 1L);
        foreach (var entry in entries)
        {
            var kind = entry.Seq != expected ? "missing-or-reordered"
                : entry.PreviousHash != previous ? "broken-link"
                : HashOf(entry) != entry.Hash ? "altered"
                : null;
            if (kind is not null)
                return new(service, false, entries.Count, previous, expected, kind);
            (previous, expected) = (entry.Hash, expected + 1);
        }
        return headSeq > entries.Count
            ? new(service, false, entries.Count, previous, expected, "truncated")
            : new(service, true, entries.Count, previous, null, null);
    }

    private static string HashOf(AuditEntry entry) =>
        ContentHash.OfText(entry.PreviousHash + CanonicalJson.Write(JsonSerializer.SerializeToElement(entry with { Hash = "" }, Json.Options)));
}
