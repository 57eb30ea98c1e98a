using System.Collections.Concurrent;
using Dapper;
using LlmOps.Evaluation;
using Npgsql;

namespace LlmOps.Releases;

/// <summary>Every text that a policy ever had. A bundle is judged by the one it pins, whatever is put later.</summary>
public sealed class PolicyStore(NpgsqlDataSource database)
{
    private const string Columns = "app, name, sha256, text, author, at";

    private readonly ConcurrentDictionary<PolicyPin, Policy> parsed = new(); // a pin names one text for ever

    static PolicyStore() => Sql.Configure();

    public async Task<IReadOnlyList<PolicyView>> List(string? app, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<PolicyView>(new(
            $"select {Columns} from policies where current and (@app is null or app = @app) order by app, name", new { app = string.IsNullOrEmpty(app) ? null : app }, cancellationToken: ct))];
    }

    public async Task<PolicyView?> Current(string app, string name, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<PolicyView>(new($"select {Columns} from policies where current and app = @app and name = @name", new { app, name }, cancellationToken: ct));
    }

    /// <summary>The policy that a bundle pins, as text.</summary>
    public async Task<string> Text(string app, PolicyPin pin, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleAsync<string>(new("select text from policies where app = @app and name = @Name and sha256 = @Sha256", new { app, pin.Name, pin.Sha256 }, cancellationToken: ct));
    }

    /// <exception cref="InvalidOperationException">A text that was taken as a policy can no longer be read as one.</exception>
    public async Task<Policy> Pinned(string app, PolicyPin pin, CancellationToken ct)
    {
        if (parsed.TryGetValue(pin, out var known))
            return known;
        var policy = Policy.Parse(await Text(app, pin, ct), $"{pin.Name}.yaml");
        return parsed[pin] = policy.Value ?? throw new InvalidOperationException($"Policy {pin.Name} of {app} was taken and can no longer be read: {policy.Refusal!.Detail}");
    }

    /// <summary>The first text of a policy may come from any engineer; a change of it may not, or whoever proposes a change could choose its gates.</summary>
    public async Task<Result<PolicyView>> Put(PolicyView policy, Caller caller, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(new("select pg_advisory_xact_lock(hashtext(@App), hashtext(@Name))", policy, transaction, cancellationToken: ct));
        var current = await connection.QuerySingleOrDefaultAsync<PolicyView>(new(
            $"select {Columns} from policies where current and app = @App and name = @Name", policy, transaction, cancellationToken: ct));
        if (current?.Sha256 == policy.Sha256)
            return current;
        if (current is not null && !caller.May(Scope.WritePolicies))
            return Forbidden($"Policy {policy.Name} of {policy.App} is there already, with other text");

        await connection.ExecuteAsync(new("update policies set current = false where app = @App and name = @Name and current", policy, transaction, cancellationToken: ct));
        await connection.ExecuteAsync(new($"""
            insert into policies ({Columns}, current) values (@App, @Name, @Sha256, @Text, @Author, @At, true)
            on conflict (app, name, sha256) do update set current = true
            """, policy, transaction, cancellationToken: ct));
        await AuditLog.Append(connection, transaction, AuditFact.By(caller, "put-policy", $"policy:{policy.App}/{policy.Name}", current?.Sha256, policy.Sha256, reason: null), policy.At, ct);
        await transaction.CommitAsync(ct);
        return policy;
    }

    public static Refusal Forbidden(string what) => Refusal.Forbidden("policy-change-needs-review",
        $"{what}. A change of policy is a proposal of its own: only a lead or compliance may make it ({Scope.WritePolicies}), so that nobody chooses the gates of their own change.");
}
