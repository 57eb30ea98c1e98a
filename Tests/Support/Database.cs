using System.Collections.Concurrent;
using System.Reflection;
using Npgsql;

namespace LlmOps.Tests;

/// <summary>A database of its own for a test class, made from a template that the service's migrations were applied to.</summary>
/// <typeparam name="TService">Any public type of the service.</typeparam>
public sealed class Database<TService> : IAsyncLifetime
{
    private NpgsqlDataSource? source;

    public NpgsqlDataSource Source => source ?? throw new InvalidOperationException("Not made yet.");

    public string Connection { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var template = await Templates.For(typeof(TService).Assembly);
        var name = $"test_{Guid.CreateVersion7():n}";
        await Templates.Execute($"create database {name} template {template}");
        Connection = new NpgsqlConnectionStringBuilder(PostgresServer.Connection) { Database = name, MaxPoolSize = 30 }.ConnectionString;
        source = NpgsqlDataSource.Create(Connection);
    }

    public async ValueTask DisposeAsync() => await Source.DisposeAsync();
}

internal static class Templates
{
    private static readonly ConcurrentDictionary<Assembly, Lazy<Task<string>>> Made = new();
    private static readonly SemaphoreSlim OneAtATime = new(1); // Postgres copies a template only while nobody uses it

    public static Task<string> For(Assembly service) => Made.GetOrAdd(service, assembly => new(() => Make(assembly))).Value;

    public static async Task Execute(string sql)
    {
        await OneAtATime.WaitAsync();
        try
        {
            await using var source = NpgsqlDataSource.Create(PostgresServer.Connection);
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private static async Task<string> Make(Assembly service)
    {
        var name = $"template_{Guid.CreateVersion7():n}";
        await Execute($"create database {name}");
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(PostgresServer.Connection) { Database = name, Pooling = false }.ConnectionString);
        Sql.Configure();
        await Migrations.Apply(source, service, CancellationToken.None);
        return name;
    }
}
