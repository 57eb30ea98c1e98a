using Dapper;
using Npgsql;

namespace LlmOps.Indexes;

public sealed class IndexVersionStore(NpgsqlDataSource database)
{
    private const string Columns =
        "id, app, index, chunker, embedder, fingerprint, weight, corpus, documents, chunks, embedded, created_at, ready_at, error, segment_sha256, attempt, tries";
    private const string Building = "ready_at is null and error is null";

    static IndexVersionStore() => Sql.Configure();

    /// <param name="app">Null for all apps.</param>
    public async Task<IReadOnlyList<IndexVersion>> List(string? app, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<IndexVersion>(new(
            $"select {Columns} from index_versions where @app is null or app = @app order by created_at desc, id", new { app }, cancellationToken: ct))];
    }

    public async Task<Result<IndexVersion>> Find(string id, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<IndexVersion>(new($"select {Columns} from index_versions where id = @id", new { id }, cancellationToken: ct)) is { } found
            ? found
            : Missing(id);
    }

    /// <summary>Orders a version of the current corpus, or answers the one that is there. One that failed is tried again.</summary>
    /// <param name="of">Makes the version of a corpus's hash and its number of documents.</param>
    public async Task<Result<IndexVersion>> Order(string app, string index, Func<string, int, IndexVersion> of, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var corpus = await connection.QuerySingleOrDefaultAsync<(string Sha256, int Documents)>(new(
            "select sha256, documents from corpora where app = @app and index = @index for share", new { app, index }, transaction, cancellationToken: ct));
        if (string.IsNullOrEmpty(corpus.Sha256))
            return Refusal.NotFound("corpus-not-found", $"The index {index} of {app} has no documents yet. Send them first: PUT /indexes/{index}/corpus.");

        var version = of(corpus.Sha256, corpus.Documents);
        var ordered = await connection.ExecuteAsync(new($"""
            insert into index_versions ({Columns})
            values (@Id, @App, @Index, @Chunker, @Embedder, @Fingerprint, @Weight, @Corpus, @Documents, @Chunks, @Embedded, @CreatedAt, null, null, null, 0, 0)
            on conflict (id) do update set error = null, tries = 0, claimed_until = null where index_versions.error is not null
            """, version, transaction, cancellationToken: ct));
        if (ordered > 0)
            await AuditLog.Append(connection, transaction, AuditFact.By(caller, "build", $"index-version:{app}/{index}@{version.Id}", null, version.Id, null), now, ct);
        version = await connection.QuerySingleAsync<IndexVersion>(new($"select {Columns} from index_versions where id = @Id", version, transaction, cancellationToken: ct));
        await transaction.CommitAsync(ct);
        return version;
    }

    /// <summary>Takes up the oldest order that nobody holds. A worker that died lets go when its lease ends.</summary>
    public async Task<IndexVersion?> Claim(DateTimeOffset now, TimeSpan lease, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<IndexVersion>(new($"""
            update index_versions set claimed_until = @until, attempt = attempt + 1, tries = tries + 1
            where id = (select id from index_versions where {Building} and (claimed_until is null or claimed_until <= @now) order by created_at, id limit 1 for update skip locked)
            returning {Columns}
            """, new { now, until = now + lease }, cancellationToken: ct));
    }

    /// <summary>Keeps what one batch paid for, counts it and renews the lease, together. False when another worker has taken over.</summary>
    public async Task<bool> Paid(IndexVersion version, IReadOnlyList<Embedding> embeddings, DateTimeOffset until, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await EmbeddingCache.Add(connection, transaction, version.App, version.Fingerprint, embeddings, ct);
        var held = await connection.ExecuteAsync(new(
            $"update index_versions set embedded = embedded + @n, claimed_until = @until where id = @Id and attempt = @Attempt and {Building}",
            new { n = embeddings.Count, until, version.Id, version.Attempt }, transaction, cancellationToken: ct)) > 0;
        if (held)
            await transaction.CommitAsync(ct);
        return held;
    }

    public Task Ready(IndexVersion version, int chunks, string segmentSha256, DateTimeOffset now, CancellationToken ct) =>
        Write(version, "chunks = @chunks, segment_sha256 = @segmentSha256, ready_at = @now, claimed_until = null",
            new { version.Id, version.Attempt, chunks, segmentSha256, now }, ct);

    public Task Fail(IndexVersion version, string why, CancellationToken ct) =>
        Write(version, "error = @why, claimed_until = null", new { version.Id, version.Attempt, why }, ct);

    /// <summary>The segment was built again, by a program that may lay the same content out in other bytes.</summary>
    public async Task Rebuilt(string id, string segmentSha256, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new("update index_versions set segment_sha256 = @segmentSha256 where id = @id", new { id, segmentSha256 }, cancellationToken: ct));
    }

    public static Refusal Missing(string id) => Refusal.NotFound("index-version-not-found", $"There is no index version {id}, or this key does not cover its app.");

    private async Task Write(IndexVersion version, string set, object values, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new($"update index_versions set {set} where id = @Id and attempt = @Attempt and {Building}", values, cancellationToken: ct));
    }
}
