using Dapper;
using Npgsql;

namespace LlmOps.Releases;

/// <summary>Apps: the boundary of access, each with one route, one suite and the policy in force.</summary>
public sealed class AppStore(NpgsqlDataSource database)
{
    private const string Columns = "name, route, suite, policy";

    public async Task<IReadOnlyList<AppView>> List(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<AppView>(new($"select {Columns} from apps order by name", cancellationToken: ct))];
    }

    public async Task<Result<AppView>> Find(string name, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<AppView>(new($"select {Columns} from apps where name = @name", new { name }, cancellationToken: ct)) is { } app
            ? app
            : Refusal.NotFound("app-not-found", $"There is no app {name}. Put it first: llmops push does, or PUT /apps/{name}.");
    }

    /// <summary>Makes or changes an app. Idempotent; a change of the policy in force needs whoever may write policies.</summary>
    public async Task<Result<AppView>> Put(AppView app, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var inserted = await connection.ExecuteAsync(new($"insert into apps ({Columns}) values (@Name, @Route, @Suite, @Policy) on conflict do nothing", app, transaction, cancellationToken: ct)) == 1;
        var current = await connection.QuerySingleOrDefaultAsync<AppView>(new($"select {Columns} from apps where name = @Name for update", app, transaction, cancellationToken: ct));
        if (current is null)
            return Refusal.Conflict("route-taken", $"The route {app.Route} belongs to another app. Choose another route.");
        if (!inserted)
        {
            if (current == app)
                return app;
            if (current.Route != app.Route)
                return Refusal.Conflict("route-is-fixed", $"Clients of {app.Name} call {current.Route}; an app keeps its route. Make another app for {app.Route}.");
            if (current.Policy != app.Policy && !caller.May(Scope.WritePolicies))
                return PolicyStore.Forbidden($"The policy of {app.Name} is {current.Policy}");
            await connection.ExecuteAsync(new("update apps set suite = @Suite, policy = @Policy where name = @Name", app, transaction, cancellationToken: ct));
        }
        await AuditLog.Append(connection, transaction, AuditFact.By(caller, "put-app", $"app:{app.Name}", inserted ? null : ContentHash.Of(current), ContentHash.Of(app), $"route {app.Route}, suite {app.Suite}, policy {app.Policy}"), now, ct);
        await transaction.CommitAsync(ct);
        return app;
    }
}
