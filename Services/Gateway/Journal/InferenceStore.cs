using System.Reflection;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace LlmOps.Gateway;

/// <summary>A feed item with where it stands in its gateway's journal.</summary>
public sealed record PlacedItem(string Gateway, long Position, FeedItem Item);

/// <summary>The shipped records. Positions of one gateway arrive in order and whole batches, so what is seen has no gap behind it.</summary>
public sealed class InferenceStore(NpgsqlDataSource database)
{
    private volatile bool migrated;

    static InferenceStore() => Sql.Configure();

    /// <summary>How far a gateway's journal is shipped; 0 before the first batch.</summary>
    public async Task<long> Position(string gateway, CancellationToken ct)
    {
        await using var connection = await Open(ct);
        return await connection.ExecuteScalarAsync<long>(new("select coalesce((select position from shipped where gateway = @gateway), 0)", new { gateway }, cancellationToken: ct));
    }

    /// <summary>The newest record of a request: a correction is a new one.</summary>
    public async Task<InferenceRecord?> Find(string requestId, CancellationToken ct)
    {
        await using var connection = await Open(ct);
        var record = await connection.ExecuteScalarAsync<string?>(new(
            "select record from inferences where request_id = @requestId order by started_at desc, position desc limit 1", new { requestId }, cancellationToken: ct));
        return record is null ? null : Json.Read<InferenceRecord>(record);
    }

    /// <summary>What every gateway has behind the given positions, in order within each and taking turns between them.</summary>
    /// <param name="app">Null for all apps.</param>
    public async Task<IReadOnlyList<PlacedItem>> After(IReadOnlyDictionary<string, long> positions, string? app, int max, CancellationToken ct)
    {
        await using var connection = await Open(ct);
        var rows = await connection.QueryAsync<(string Gateway, long Position, string? Inference, string? Feedback)>(new("""
            select s.gateway, item.position, item.inference, item.feedback
            from shipped s
            cross join lateral (
                select *, row_number() over (order by position) as turn
                from (
                    (select position, record as inference, null::jsonb as feedback from inferences
                     where gateway = s.gateway and position > coalesce((@after::jsonb ->> s.gateway)::bigint, 0) and (@app::text is null or app = @app)
                     order by position limit @max)
                    union all
                    (select position, null::jsonb, record from feedback
                     where gateway = s.gateway and position > coalesce((@after::jsonb ->> s.gateway)::bigint, 0) and (@app::text is null or app = @app)
                     order by position limit @max)
                ) both_kinds
            ) item
            order by item.turn, s.gateway
            limit @max
            """, new { after = Json.Write(positions), app, max }, cancellationToken: ct));
        return [.. rows.Select(row => new PlacedItem(row.Gateway, row.Position, new FeedItem(
            row.Inference is null ? null : Json.Read<InferenceRecord>(row.Inference), row.Feedback is null ? null : Json.Read<FeedbackRecord>(row.Feedback))))];
    }

    /// <summary>Takes a batch of a journal and moves the position over it, in one transaction: shipped twice, it is there once.</summary>
    public async Task Ship(string gateway, IReadOnlyList<JournalEntry> batch, CancellationToken ct)
    {
        await using var connection = await Open(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(new("insert into shipped (gateway, position) values (@gateway, 0) on conflict do nothing", new { gateway }, transaction, cancellationToken: ct));
        var position = await connection.ExecuteScalarAsync<long>(new("select position from shipped where gateway = @gateway for update", new { gateway }, transaction, cancellationToken: ct));
        var fresh = batch.Where(entry => entry.Seq > position).ToList();
        if (fresh.Count == 0)
            return;

        await connection.ExecuteAsync(new("""
            create temp table new_inferences (like inferences) on commit drop;
            create temp table new_feedback (like feedback) on commit drop
            """, transaction: transaction, cancellationToken: ct));
        await CopyInferences(connection, gateway, fresh, ct);
        await CopyFeedback(connection, gateway, fresh, ct);
        await connection.ExecuteAsync(new("""
            insert into inferences select * from new_inferences on conflict do nothing;
            insert into feedback select * from new_feedback on conflict do nothing;
            update shipped set position = @position where gateway = @gateway
            """, new { gateway, position = fresh[^1].Seq }, transaction, cancellationToken: ct));
        await transaction.CommitAsync(ct);
    }

    private static async Task CopyInferences(NpgsqlConnection connection, string gateway, List<JournalEntry> entries, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync("copy new_inferences from stdin (format binary)", ct);
        foreach (var (seq, record) in entries.Where(entry => entry.Settled is not null).Select(entry => (entry.Seq, entry.Settled!)))
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(gateway, ct);
            await copy.WriteAsync(seq, ct);
            foreach (var text in (string[])[record.RequestId, record.App, record.Route, Word(record.Arm), record.Bundle, Word(record.Outcome)])
                await copy.WriteAsync(text, ct);
            await copy.WriteAsync(record.StartedAt.ToUniversalTime(), NpgsqlDbType.TimestampTz, ct);
            await copy.WriteAsync(Json.Write(record), NpgsqlDbType.Jsonb, ct);
        }
        await copy.CompleteAsync(ct);
    }

    private static async Task CopyFeedback(NpgsqlConnection connection, string gateway, List<JournalEntry> entries, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync("copy new_feedback from stdin (format binary)", ct);
        foreach (var (seq, record) in entries.Where(entry => entry.Feedback is not null).Select(entry => (entry.Seq, entry.Feedback!)))
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(gateway, ct);
            await copy.WriteAsync(seq, ct);
            await copy.WriteAsync(record.RequestId, ct);
            await copy.WriteAsync(record.App, ct);
            await copy.WriteAsync(Json.Write(record), NpgsqlDbType.Jsonb, ct);
        }
        await copy.CompleteAsync(ct);
    }

    private static string Word<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>Migrates at the first use and not at start: the gateway starts and serves without its database.</summary>
    private async Task<NpgsqlConnection> Open(CancellationToken ct)
    {
        if (!migrated)
            await Migrations.Apply(database, Assembly.GetExecutingAssembly(), ct);
        migrated = true;
        return await database.OpenConnectionAsync(ct);
    }
}
