using Npgsql;

namespace LlmOps.Tests.ServiceDefaults;

public sealed class AuditLogTests(Database<AuditLog> database) : IClassFixture<Database<AuditLog>>
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // F78, feature 11 (d): 32 parallel writers make one chain without a fork.
    [Fact]
    public async Task Many_writers_at_once_make_one_chain()
    {
        await Task.WhenAll(Enumerable.Range(0, 32).Select(n => Write($"release:{n}")));

        var page = await new AuditLog("test").Read(database.Source, 0, 1000, Ct);

        Assert.True(AuditChain.Verify("test", page.Entries, page.HeadSeq).Intact);
        Assert.Equal(32, page.Entries.Select(entry => entry.Object).Where(name => name.StartsWith("release:", StringComparison.Ordinal)).Distinct().Count());
    }

    [Fact]
    public async Task An_entry_of_a_change_that_was_rolled_back_is_not_there()
    {
        await using (var connection = await database.Source.OpenConnectionAsync(Ct))
        await using (var transaction = await connection.BeginTransactionAsync(Ct))
            await AuditLog.Append(connection, transaction, Fact("bundle:never"), Noon, Ct);

        var page = await new AuditLog("test").Read(database.Source, 0, 1000, Ct);

        Assert.DoesNotContain(page.Entries, entry => entry.Object == "bundle:never");
    }

    [Theory]
    [InlineData("update audit_entries set reason = 'another'")]
    [InlineData("delete from audit_entries")]
    [InlineData("truncate audit_entries")]
    public async Task The_table_takes_no_change(string sql)
    {
        await Write("policy:one");
        await using var command = database.Source.CreateCommand(sql);

        await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Ct));
    }

    private async Task Write(string subject)
    {
        await using var connection = await database.Source.OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await AuditLog.Append(connection, transaction, Fact(subject), Noon, Ct);
        await transaction.CommitAsync(Ct);
    }

    private static AuditFact Fact(string subject) => new("lead@local", Role.Lead, "approve", subject, null, "b_1", "because", null);
}
