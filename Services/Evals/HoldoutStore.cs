using Dapper;
using LlmOps.Evaluation;
using Npgsql;

namespace LlmOps.Evals;

/// <summary>The questions that were asked of sealed datasets.</summary>
public sealed class HoldoutStore(NpgsqlDataSource database)
{
    static HoldoutStore() => Sql.Configure();

    /// <summary>Whether the dataset was ever asked as a holdout.</summary>
    public async Task<bool> Seals(string app, string dataset, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<bool>(new("select exists (select from holdout_queries where app = @app and dataset = @dataset)", new { app, dataset }, cancellationToken: ct));
    }

    /// <summary>Counts a question, once however often it is asked. A refused one is logged once for each time that it must wait for.</summary>
    /// <returns>Null where it may be asked.</returns>
    public async Task<Refusal?> Ask(RunQuestion question, HoldoutPolicy policy, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var row = new { run = question.Id, app = question.App, dataset = question.Dataset.Name, at = now };
        await connection.ExecuteAsync(new("select pg_advisory_xact_lock(hashtext(@app), hashtext(@dataset))", row, transaction, cancellationToken: ct));
        if (await connection.ExecuteScalarAsync<bool>(new("select exists (select from holdout_queries where run = @run)", row, transaction, cancellationToken: ct)))
            return null;

        var asked = await connection.QueryAsync<DateTimeOffset>(new("select at from holdout_queries where app = @app and dataset = @dataset", row, transaction, cancellationToken: ct));
        var freeAt = Holdout.FreeAt(policy, asked, now);
        var told = await connection.ExecuteAsync(freeAt is null
            ? new("insert into holdout_queries (run, app, dataset, at) values (@run, @app, @dataset, @at)", row, transaction, cancellationToken: ct)
            : new("""
                insert into holdout_refusals as was (run, free_at) values (@run, @freeAt)
                on conflict (run) do update set free_at = excluded.free_at where was.free_at <> excluded.free_at
                """, new { row.run, freeAt }, transaction, cancellationToken: ct));
        if (told > 0)
        {
            var action = freeAt is null ? "query-holdout" : "refuse-holdout";
            var fact = AuditFact.By(caller, action, $"dataset:{question.App}/{question.Dataset.Name}", before: null, question.Id, $"bundle {question.Bundle}, asked by {question.RequestedBy}");
            await AuditLog.Append(connection, transaction, fact, now, ct);
        }
        await transaction.CommitAsync(ct);
        return freeAt is { } free ? Holdout.Spent(policy, free) : null;
    }
}
