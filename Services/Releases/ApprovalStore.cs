using System.Globalization;
using Dapper;
using Npgsql;

namespace LlmOps.Releases;

public sealed class ApprovalStore(NpgsqlDataSource database)
{
    private const string Feed = "approvals";
    private const string Columns = "bundle, release_id as release, person, role, author, source, at, expires_at";

    static ApprovalStore() => Sql.Configure();

    public async Task<IReadOnlyList<Approval>> Of(string bundle, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<Approval>(new($"select {Columns} from approvals where bundle = @bundle order by at", new { bundle }, cancellationToken: ct))];
    }

    /// <summary>Given here, on a release. Idempotent.</summary>
    public async Task Give(Approval approval, AuditFact fact, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Add(connection, transaction, approval, fact, approval.At, ct);
        await transaction.CommitAsync(ct);
    }

    public async Task<long> Cursor(CancellationToken ct) => Position(await FeedCursor.Read(database, Feed, ct));

    /// <summary>Takes a page of the proposals' feed that was asked for after a cursor; nothing when another replica took it first.</summary>
    public async Task Take(long after, IReadOnlyList<ProposalApproval> page, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (Position(await FeedCursor.Lock(connection, transaction, Feed, ct)) != after)
            return;
        foreach (var given in page)
        {
            if (!await Pins(connection, transaction, given, ct))
                continue;
            var approval = new Approval(given.Bundle, Release: null, given.Person, given.Role, given.Author, $"proposal:{given.Proposal}", given.At, given.ExpiresAt);
            var fact = new AuditFact(given.Person, given.Role, "approve-bundle", $"bundle:{given.Bundle}", null, given.Bundle, approval.Source, null);
            await Add(connection, transaction, approval, fact, now, ct);
        }
        await FeedCursor.Move(connection, transaction, Feed, page.Max(given => given.Position).ToString(CultureInfo.InvariantCulture), ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Does the approved bundle hold the prompt version that was reviewed? Prompts cannot know; an innocent version proposed
    /// under another bundle's id must not approve that bundle.</summary>
    private static Task<bool> Pins(NpgsqlConnection connection, NpgsqlTransaction transaction, ProposalApproval given, CancellationToken ct) =>
        connection.ExecuteScalarAsync<bool>(new("""
            select exists (
                select 1 from bundles where id = @Bundle and app = @App and manifest -> 'prompt' ->> 'name' = @Name and manifest -> 'prompt' ->> 'version' = @Version)
            """, new { given.Bundle, given.App, given.Name, given.Version }, transaction, cancellationToken: ct));

    private static async Task Add(NpgsqlConnection connection, NpgsqlTransaction transaction, Approval approval, AuditFact fact, DateTimeOffset now, CancellationToken ct)
    {
        var added = await connection.ExecuteAsync(new("""
            insert into approvals (bundle, release_id, person, role, author, source, at, expires_at)
            values (@Bundle, @Release, @Person, @Role, @Author, @Source, @At, @ExpiresAt) on conflict do nothing
            """, new { approval.Bundle, approval.Release, approval.Person, Role = approval.Role.ToString(), approval.Author, approval.Source, approval.At, approval.ExpiresAt }, transaction, cancellationToken: ct));
        if (added == 1)
            await AuditLog.Append(connection, transaction, fact, now, ct);
    }

    private static long Position(string? cursor) => cursor is null ? 0 : long.Parse(cursor, CultureInfo.InvariantCulture);
}
