using Dapper;
using Npgsql;

namespace LlmOps.Costs;

public sealed class LedgerStore(NpgsqlDataSource database)
{
    public const string Feed = "gateway-inferences";

    static LedgerStore() => Sql.Configure();

    public Task<string?> Cursor(CancellationToken ct) => FeedCursor.Read(database, Feed, ct);

    public async Task<IReadOnlyList<BundleCost>> Bundles(string? app, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<Row>(new("""
            select app, bundle, max(label) as label, arm, count(*) as inferences, count(*) filter (where outcome in ('error', 'open')) as failed,
                   sum(input)::bigint as input, sum(cached_read)::bigint as cached_read, sum(cached_write_5m)::bigint as cached_write5m,
                   sum(cached_write_1h)::bigint as cached_write1h, sum(output)::bigint as output, sum(reasoning)::bigint as reasoning,
                   coalesce(sum(usd), 0) as usd, count(*) filter (where usd is null) as unknown, count(*) filter (where estimated) as estimated
            from ledger where @app::text is null or app = @app
            group by app, bundle, arm order by app, max(started_at) desc, bundle, arm
            """, new { app }, cancellationToken: ct));
        return [.. rows.Select(row => row.Cost())];
    }

    /// <summary>Books a page and moves the cursor, both or neither.</summary>
    /// <returns>False where another replica has moved the cursor since the page was asked for; then nothing was booked.</returns>
    public async Task<bool> Book(LedgerPage page, string? after, string cursor, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await FeedCursor.Lock(connection, transaction, Feed, ct) != after)
            return false;

        await connection.ExecuteAsync(new("""
            insert into ledger (request_id, attempt, app, route, arm, bundle, label, model, started_at, outcome, input, cached_read, cached_write_5m,
                                cached_write_1h, output, reasoning, estimated, usd, unpriced, price_book)
            select "requestId", attempt, app, route, arm, bundle, label, model, "startedAt", outcome, (tokens ->> 'input')::bigint, (tokens ->> 'cachedRead')::bigint,
                   (tokens ->> 'cachedWrite5m')::bigint, (tokens ->> 'cachedWrite1h')::bigint, (tokens ->> 'output')::bigint, (tokens ->> 'reasoning')::bigint,
                   estimated, usd, unpriced, "priceBook"
            from json_to_recordset(@entries::json) as entry("requestId" text, attempt int, app text, route text, arm text, bundle text, label text, model text,
                "startedAt" timestamptz, outcome text, tokens json, estimated boolean, usd numeric, unpriced text, "priceBook" text)
            on conflict do nothing
            """, new { entries = Json.Write(page.Entries) }, transaction, cancellationToken: ct));
        foreach (var (item, reason) in page.Quarantined)
        {
            await connection.ExecuteAsync(new("insert into quarantine (sha256, item, reason, at) values (@sha256, @item, @reason, @now) on conflict do nothing",
                new { sha256 = ContentHash.OfText(item), item, reason, now }, transaction, cancellationToken: ct));
        }
        await FeedCursor.Move(connection, transaction, Feed, cursor, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    private sealed record Row(
        string App, string Bundle, string Label, string Arm, long Inferences, long Failed, long Input, long CachedRead, long CachedWrite5m,
        long CachedWrite1h, long Output, long Reasoning, decimal Usd, long Unknown, long Estimated)
    {
        public BundleCost Cost() => new(
            App, Bundle, Label, Arm, Inferences, Failed, new(Input, CachedRead, CachedWrite5m, CachedWrite1h, Output, Reasoning), Usd, Unknown, Estimated);
    }
}
