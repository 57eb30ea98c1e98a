using Microsoft.Extensions.Configuration;
using Npgsql;

namespace LlmOps.AppHost;

/// <summary>A Postgres that somebody else runs: one connection string for the server (<c>ConnectionStrings__postgres</c>), or one per database.
/// It is tried before anything starts, and missing databases are created.</summary>
internal sealed class GivenPostgres(IReadOnlyDictionary<string, string> connections, Installation installation)
{
    /// <summary>Null where none is given.</summary>
    public static GivenPostgres? In(IConfiguration configuration, string[] databases, Installation installation)
    {
        var server = configuration.GetConnectionString("postgres");
        var connections = databases.ToDictionary(name => name, name => configuration.GetConnectionString(name) ?? OnServer(server, name));
        if (connections.Values.All(connection => connection is null))
            return null;
        if (connections.FirstOrDefault(connection => connection.Value is null).Key is { } missing)
            installation.Halt($"there is a connection string for other databases but none for \"{missing}\". Set ConnectionStrings__{missing}, or ConnectionStrings__postgres for all of them.");
        return new GivenPostgres(connections.ToDictionary(connection => connection.Key, connection => connection.Value!), installation);
    }

    public IReadOnlyDictionary<string, IResourceBuilder<IResourceWithConnectionString>> AddTo(IDistributedApplicationBuilder builder)
    {
        foreach (var (name, connection) in connections)
            Ensure(name, connection);
        return connections.ToDictionary(connection => connection.Key, connection =>
        {
            var value = builder.AddParameter($"{connection.Key}-connection", () => connection.Value, secret: true);
            return (IResourceBuilder<IResourceWithConnectionString>)builder.AddConnectionString($"{connection.Key}-db", ReferenceExpression.Create($"{value}"));
        });
    }

    private static string? OnServer(string? server, string database) =>
        server is null ? null : new NpgsqlConnectionStringBuilder(server) { Database = database }.ConnectionString;

    private void Ensure(string name, string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection) { Pooling = false };
        var database = settings.Database ?? name;
        try
        {
            if (CanOpen(settings))
                return;
            using var server = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Database = "postgres" }.ConnectionString);
            server.Open();
            using var create = new NpgsqlCommand($"create database \"{database.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", server);
            create.ExecuteNonQuery();
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            installation.Halt($"Postgres at {settings.Host}:{settings.Port} refuses the user \"{settings.Username}\": {e.MessageText}. Correct the password in ConnectionStrings__postgres (or ConnectionStrings__{name}).");
        }
        catch (NpgsqlException e)
        {
            installation.Halt($"Postgres at {settings.Host}:{settings.Port} cannot be used for \"{database}\": {e.Message}. Start it, correct ConnectionStrings__postgres (or ConnectionStrings__{name}), or unset it to use a private local server.");
        }
    }

    /// <summary>False when the server is there and the database is not.</summary>
    private static bool CanOpen(NpgsqlConnectionStringBuilder settings)
    {
        try
        {
            using var connection = new NpgsqlConnection(settings.ConnectionString);
            connection.Open();
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            return false;
        }
    }
}
