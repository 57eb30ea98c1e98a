using Dapper;
using Npgsql;

namespace LlmOps.Evals;

public sealed class SuiteStore(NpgsqlDataSource database)
{
    private const string Columns = "app, name, sha256, dataset, text, author, created_at";

    static SuiteStore() => Sql.Configure();

    /// <param name="app">Null for every app.</param>
    public async Task<IReadOnlyList<SuiteVersion>> List(string? app, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<SuiteVersion>(new($"""
            select distinct on (app, name) {Columns} from suites where @app::text is null or app = @app order by app, name, revision desc
            """, new { app }, cancellationToken: ct))];
    }

    public async Task<Result<SuiteVersion>> Current(string app, string name, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<SuiteVersion>(new(
            $"select {Columns} from suites where app = @app and name = @name order by revision desc limit 1", new { app, name }, cancellationToken: ct)) is { } suite
            ? suite
            : Refusal.NotFound("suite-not-found", $"{app} has no suite {name}. Push the application, or put the suite first.");
    }

    public async Task<SuiteVersion?> Version(string app, string name, string sha256, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<SuiteVersion>(new(
            $"select {Columns} from suites where app = @app and name = @name and sha256 = @sha256", new { app, name, sha256 }, cancellationToken: ct));
    }

    /// <summary>Makes this version the current one. The same text again changes nothing.</summary>
    public async Task<SuiteVersion> Put(SuiteVersion version, Caller caller, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var before = await connection.ExecuteScalarAsync<string?>(new(
            "select sha256 from suites where app = @App and name = @Name order by revision desc limit 1", new { version.App, version.Name }, transaction, cancellationToken: ct));
        if (before != version.Sha256)
        {
            await connection.ExecuteAsync(new($"""
                insert into suites ({Columns}) values (@App, @Name, @Sha256, @Dataset, @Text, @Author, @CreatedAt)
                on conflict (app, name, sha256) do update set revision = nextval('revisions')
                """, version, transaction, cancellationToken: ct));
            await AuditLog.Append(connection, transaction, AuditFact.By(caller, "put", $"suite:{version.App}/{version.Name}", before, version.Sha256, reason: null), version.CreatedAt, ct);
            await transaction.CommitAsync(ct);
        }
        return (await Version(version.App, version.Name, version.Sha256, ct))!;
    }
}
