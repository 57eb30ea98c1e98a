using Dapper;
using Npgsql;

namespace LlmOps.Releases;

public sealed class BundleStore(NpgsqlDataSource database)
{
    internal const string Columns = "id, app, label, manifest, prompt_text, author, created_at";

    static BundleStore() => Sql.MapJson<BundleManifest>();

    public async Task<IReadOnlyList<Bundle>> List(string? app, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<Bundle>(new(
            $"select {Columns} from bundles where @app is null or app = @app order by created_at desc, id limit 500", new { app = string.IsNullOrEmpty(app) ? null : app }, cancellationToken: ct))];
    }

    public async Task<Result<Bundle>> Find(string id, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<Bundle>(new($"select {Columns} from bundles where id = @id", new { id }, cancellationToken: ct)) is { } bundle ? bundle : Missing(id);
    }

    public async Task<IReadOnlyDictionary<string, Bundle>> Find(IEnumerable<string?> ids, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var found = await connection.QueryAsync<Bundle>(new($"select {Columns} from bundles where id = any(@ids)", new { ids = ids.OfType<string>().Distinct().ToArray() }, cancellationToken: ct));
        return found.ToDictionary(bundle => bundle.Id);
    }

    /// <summary>Idempotent: the same parts are the same bundle, and its author is who made it first.</summary>
    public async Task<Bundle> Add(Bundle bundle, Caller caller, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var added = await connection.ExecuteAsync(new($"""
            insert into bundles ({Columns}) values (@Id, @App, @Label, @Manifest, @PromptText, @Author, @CreatedAt) on conflict do nothing
            """, bundle, transaction, cancellationToken: ct));
        if (added == 0)
            return await connection.QuerySingleAsync<Bundle>(new($"select {Columns} from bundles where id = @Id", bundle, transaction, cancellationToken: ct));
        await AuditLog.Append(connection, transaction, AuditFact.By(caller, "make-bundle", $"bundle:{bundle.Id}", before: null, bundle.Id, bundle.Label), bundle.CreatedAt, ct);
        await transaction.CommitAsync(ct);
        return bundle;
    }

    public static Refusal Missing(string id) => Refusal.NotFound("bundle-not-found", $"There is no bundle {id}, or this key does not cover its app. GET /bundles lists them; POST /bundles makes one.");
}
