using System.Reflection;
using Npgsql;

namespace LlmOps.Tests.ServiceDefaults;

public sealed class MigrationsTests(Database<AuditLog> database) : IClassFixture<Database<AuditLog>>
{
    private static readonly Assembly Shared = typeof(Migrations).Assembly;
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Services_that_start_together_apply_each_file_once()
    {
        var name = $"test_{Guid.CreateVersion7():n}";
        await Templates.Execute($"create database {name}");
        await using var empty = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.Connection) { Database = name }.ConnectionString);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Migrations.Apply(empty, Shared, Ct)));

        await using var count = empty.CreateCommand("select count(*) from migrations");
        Assert.Equal(1L, await count.ExecuteScalarAsync(Ct));
    }

    [Fact]
    public async Task A_file_that_was_edited_after_it_was_applied_stops_the_start()
    {
        await using (var edit = database.Source.CreateCommand("update migrations set sha256 = 'another'"))
            await edit.ExecuteNonQueryAsync(Ct);

        var stopped = await Assert.ThrowsAsync<InvalidOperationException>(() => Migrations.Apply(database.Source, Shared, Ct));

        Assert.Contains("edited after it was applied", stopped.Message, StringComparison.Ordinal);
    }
}
