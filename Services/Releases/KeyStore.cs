using Dapper;
using Npgsql;

namespace LlmOps.Releases;

/// <summary>The keys of the installation. Every change raises the revision that other processes ask for.</summary>
public sealed class KeyStore(NpgsqlDataSource database)
{
    private const string Columns = "id, mac, role, person, app, created_at, expires, revoked";

    static KeyStore() => Sql.Configure();

    public async Task<IReadOnlyList<Key>> List(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<Key>(new($"select {Columns} from keys order by created_at, id", cancellationToken: ct))];
    }

    public async Task<AccessSnapshot> Snapshot(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        var revision = await Revision.Read(connection, transaction, Revision.Access, ct);
        var keys = await connection.QueryAsync<Key>(new($"select {Columns} from keys order by id", transaction: transaction, cancellationToken: ct));
        return new(revision, [.. keys.Select(key => key.Record)]);
    }

    /// <summary>False when a key of that id is there already.</summary>
    public async Task<bool> Add(Key key, AuditFact fact, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var added = await connection.ExecuteAsync(new($"""
            insert into keys ({Columns}) values (@Id, @Mac, @Role, @Person, @App, @CreatedAt, @Expires, @Revoked) on conflict do nothing
            """, new { key.Id, key.Mac, Role = key.Role.ToString(), key.Person, key.App, key.CreatedAt, key.Expires, key.Revoked }, transaction, cancellationToken: ct));
        if (added == 0)
            return false;
        await Revision.Bump(connection, transaction, Revision.Access, ct);
        await AuditLog.Append(connection, transaction, fact, now, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Idempotent; a key never comes back.</summary>
    public async Task<Result<Key>> Revoke(string id, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var key = await connection.QuerySingleOrDefaultAsync<Key>(new($"select {Columns} from keys where id = @id for update", new { id }, transaction, cancellationToken: ct));
        if (key is null || !caller.Covers(key.App))
            return Refusal.NotFound("key-not-found", $"There is no key {id}. GET /keys lists them.");
        if (key.Revoked)
            return key;
        await connection.ExecuteAsync(new("update keys set revoked = true where id = @id", new { id }, transaction, cancellationToken: ct));
        await Revision.Bump(connection, transaction, Revision.Access, ct);
        await AuditLog.Append(connection, transaction, AuditFact.By(caller, "revoke-key", $"key:{id}", "valid", "revoked", reason: null), now, ct);
        await transaction.CommitAsync(ct);
        return key with { Revoked = true };
    }
}
