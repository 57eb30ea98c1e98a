using Dapper;
using Npgsql;

namespace LlmOps;

/// <summary>How far this service has read a feed, moved in the same transaction as the effect: every item counts once, whatever crashes.</summary>
public static class FeedCursor
{
    /// <summary>The cursor, locked until the transaction ends, so that two replicas never apply the same page. Null before the first page.</summary>
    public static async Task<string?> Lock(NpgsqlConnection connection, NpgsqlTransaction transaction, string feed, CancellationToken ct)
    {
        await connection.ExecuteAsync(new("insert into feed_cursors (feed, cursor) values (@feed, '') on conflict do nothing", new { feed }, transaction, cancellationToken: ct));
        var cursor = await connection.ExecuteScalarAsync<string>(new("select cursor from feed_cursors where feed = @feed for update", new { feed }, transaction, cancellationToken: ct));
        return string.IsNullOrEmpty(cursor) ? null : cursor;
    }

    /// <summary>The cursor as it is, for asking the feed before a transaction begins.</summary>
    public static async Task<string?> Read(NpgsqlDataSource database, string feed, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<string?>(new("select nullif(cursor, '') from feed_cursors where feed = @feed", new { feed }, cancellationToken: ct));
    }

    public static Task Move(NpgsqlConnection connection, NpgsqlTransaction transaction, string feed, string cursor, CancellationToken ct) =>
        connection.ExecuteAsync(new("update feed_cursors set cursor = @cursor where feed = @feed", new { feed, cursor }, transaction, cancellationToken: ct));
}
