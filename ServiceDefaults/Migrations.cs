using System.Reflection;
using Dapper;
using Npgsql;

namespace LlmOps;

/// <summary>Forward-only SQL files embedded in a service, each applied once, in the order of their names, in one transaction each.</summary>
public static class Migrations
{
    private const long Lock = 0x4C4C4D4F; // one migrator at a time, for the length of a file's transaction

    /// <summary>The shared tables of every service database (the audit chain, the feed cursors) come first, then the service's own.</summary>
    /// <exception cref="InvalidOperationException">A file that was applied has been edited since.</exception>
    public static async Task Apply(NpgsqlDataSource database, Assembly service, CancellationToken ct)
    {
        foreach (var (name, sql) in Files(typeof(Migrations).Assembly).Concat(Files(service)))
            await Apply(database, name, sql, ct);
    }

    private static async Task Apply(NpgsqlDataSource database, string name, string sql, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(new("select pg_advisory_xact_lock(@Lock)", new { Lock }, transaction, cancellationToken: ct));
        await connection.ExecuteAsync(new("create table if not exists migrations (name text primary key, sha256 text not null, at timestamptz not null default now())", transaction: transaction, cancellationToken: ct));

        var sha256 = ContentHash.OfText(sql);
        var applied = await connection.ExecuteScalarAsync<string?>(new("select sha256 from migrations where name = @name", new { name }, transaction, cancellationToken: ct));
        if (applied is not null && applied != sha256)
            throw new InvalidOperationException($"Migration {name} was edited after it was applied. Put it back as it was and add a new file.");
        if (applied is not null)
            return;

        await connection.ExecuteAsync(new(sql, transaction: transaction, cancellationToken: ct));
        await connection.ExecuteAsync(new("insert into migrations (name, sha256) values (@name, @sha256)", new { name, sha256 }, transaction, cancellationToken: ct));
        await transaction.CommitAsync(ct);
    }

    private static IEnumerable<(string Name, string Sql)> Files(Assembly assembly) =>
        from resource in assembly.GetManifestResourceNames()
        where resource.EndsWith(".sql", StringComparison.Ordinal)
        orderby resource
        select (resource, Read(assembly, resource));

    private static string Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
