using Dapper;
using Npgsql;

namespace LlmOps.Evals;

public sealed class DatasetStore(NpgsqlDataSource database)
{
    private const string Columns = "app, name, sha256, text, schema, cases, segments, author, created_at, checked";

    static DatasetStore() => Sql.Configure();

    /// <param name="app">Null for every app.</param>
    public async Task<IReadOnlyList<DatasetVersion>> List(string? app, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<Row>(new($"""
            select distinct on (app, name) {Columns} from datasets where @app::text is null or app = @app order by app, name, revision desc
            """, new { app }, cancellationToken: ct));
        return [.. rows.Select(row => row.Version())];
    }

    public async Task<Result<DatasetVersion>> Current(string app, string name, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new(
            $"select {Columns} from datasets where app = @app and name = @name order by revision desc limit 1", new { app, name }, cancellationToken: ct));
        return row is not null
            ? row.Version()
            : Refusal.NotFound("dataset-not-found", $"{app} has no dataset {name}. Push the application, or put the dataset first.");
    }

    public async Task<DatasetVersion?> Version(string app, string name, string sha256, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new(
            $"select {Columns} from datasets where app = @app and name = @name and sha256 = @sha256", new { app, name, sha256 }, cancellationToken: ct));
        return row?.Version();
    }

    /// <summary>Makes this version the current one. The same text under the same contract again changes nothing.</summary>
    public async Task<DatasetVersion> Put(DatasetVersion version, Caller caller, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var before = (await connection.QuerySingleOrDefaultAsync<Row>(new(
            $"select {Columns} from datasets where app = @App and name = @Name order by revision desc limit 1", new { version.App, version.Name }, transaction, cancellationToken: ct)))?.Version();
        if (before?.IsSame(version) != true)
        {
            await connection.ExecuteAsync(new($"""
                insert into datasets ({Columns}) values (@App, @Name, @Sha256, @Text, @Schema, @Cases, @Segments::jsonb, @Author, @CreatedAt, @Checked::json)
                on conflict (app, name, sha256) do update set revision = nextval('revisions'), schema = excluded.schema, checked = excluded.checked
                """, Row.Of(version), transaction, cancellationToken: ct));
            await AuditLog.Append(connection, transaction, AuditFact.By(caller, "put", $"dataset:{version.App}/{version.Name}", before?.Sha256, version.Sha256, before?.Sha256 == version.Sha256 ? "another contract" : null), version.CreatedAt, ct);
            await transaction.CommitAsync(ct);
        }
        return (await Version(version.App, version.Name, version.Sha256, ct))!;
    }

    private sealed record Row(string App, string Name, string Sha256, string Text, string? Schema, int Cases, string Segments, string Author, DateTimeOffset CreatedAt, string? Checked)
    {
        public static Row Of(DatasetVersion v) =>
            new(v.App, v.Name, v.Sha256, v.Text, v.Schema, v.Cases, Json.Write(v.Segments), v.Author, v.CreatedAt, v.Check is null ? null : Json.Write(v.Check));

        public DatasetVersion Version() =>
            new(App, Name, Sha256, Text, Schema, Cases, Json.Read<Dictionary<string, int>>(Segments), Author, CreatedAt, Checked is null ? null : Json.Read<DatasetCheck>(Checked));
    }
}
