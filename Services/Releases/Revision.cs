using Dapper;
using Npgsql;

namespace LlmOps.Releases;

/// <summary>Numbers that rise with every change of a snapshot, in the transaction of the change: whoever sees the number sees the change.</summary>
public static class Revision
{
    public const string Access = "access";
    public const string Snapshot = "snapshot";

    public static Task Bump(NpgsqlConnection connection, NpgsqlTransaction transaction, string name, CancellationToken ct) =>
        connection.ExecuteAsync(new("update revisions set value = value + 1 where name = @name", new { name }, transaction, cancellationToken: ct));

    public static Task<long> Read(NpgsqlConnection connection, NpgsqlTransaction? transaction, string name, CancellationToken ct) =>
        connection.ExecuteScalarAsync<long>(new("select value from revisions where name = @name", new { name }, transaction, cancellationToken: ct));
}
