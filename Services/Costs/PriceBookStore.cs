using Dapper;
using LlmOps.Pricing;
using Npgsql;

namespace LlmOps.Costs;

public sealed class PriceBookStore(NpgsqlDataSource database)
{
    static PriceBookStore() => Sql.Configure();

    public async Task<PriceBooks> All(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<Row>(new("select text, in_force_from from price_books order by in_force_from, version", cancellationToken: ct));
        return new([.. rows.Select(row => new BookInForce(Json.Read<PriceBook>(row.Text), row.InForceFrom))]);
    }

    /// <summary>Puts a book in force from now on; a version that was there already stays as it was.</summary>
    public async Task Put(PriceBook book, AuditFact fact, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var added = await connection.ExecuteAsync(new("""
            insert into price_books (version, text, author, in_force_from) values (@Version, @text, @Actor, @now) on conflict do nothing
            """, new { book.Version, text = Json.Write(book), fact.Actor, now }, transaction, cancellationToken: ct));
        if (added == 0)
            return;
        await AuditLog.Append(connection, transaction, fact, now, ct);
        await transaction.CommitAsync(ct);
    }

    private sealed record Row(string Text, DateTimeOffset InForceFrom);
}
