using Dapper;
using LlmOps.Prompting;
using Npgsql;

namespace LlmOps.Prompts;

public sealed class PromptStore(NpgsqlDataSource database)
{
    /// <summary>Versions with what the policy in force finds in them, in the order of <see cref="PromptVersion"/>.</summary>
    private const string Versions = """
        select v.app, v.name, v.version, v.sha256, v.text, v.model, v.author, v.commit, v.changelog, v.changes, v.created_at, f.findings
        from prompt_versions v left join lint_policies p on p.app = v.app
        join prompt_findings f on (f.app, f.name, f.version, f.policy_sha256) = (v.app, v.name, v.version, coalesce(p.sha256, ''))
        """;

    private const string Prompts = """
        select p.app, p.name,
            coalesce((select jsonb_object_agg(l.label, l.version) from prompt_labels l where (l.app, l.name) = (p.app, p.name)), '{}') as labels,
            (select array_agg(v.version) from prompt_versions v where (v.app, v.name) = (p.app, p.name)) as versions, p.updated_at
        from prompts p
        """;

    static PromptStore()
    {
        Sql.MapJson<IReadOnlyList<Finding>>();
        Sql.MapJson<IReadOnlyDictionary<string, string>>();
    }

    /// <param name="app">Null for all apps.</param>
    public async Task<IReadOnlyList<Prompt>> List(string? app, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<Prompt>(new($"{Prompts} where @app is null or p.app = @app order by p.app, p.name", new { app }, cancellationToken: ct))];
    }

    public async Task<IReadOnlyList<string>> AppsWith(string name, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<string>(new("select app from prompts where name = @name order by app", new { name }, cancellationToken: ct))];
    }

    public async Task<Result<PromptVersion>> Find(string app, string name, string version, CancellationToken ct)
    {
        if (!SemanticVersion.TryParse(version, out _))
            return MissingVersion(app, name, version);
        await using var connection = await database.OpenConnectionAsync(ct);
        return await Find(connection, null, app, name, version, ct) is { } found ? found : MissingVersion(app, name, version);
    }

    public async Task<Result<PromptVersion>> Labelled(string app, string name, string label, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<PromptVersion>(new(
            $"{Versions} join prompt_labels l on (l.app, l.name, l.version) = (v.app, v.name, v.version) where (v.app, v.name, l.label) = (@app, @name, @label)",
            new { app, name, label }, cancellationToken: ct)) is { } found
            ? found
            : Refusal.NotFound("label-not-found", $"The prompt {name} of {app} has no label {label}. A release sets it; list the labels with GET /prompts?app={app}.");
    }

    /// <summary>Adds a version once: the same file again answers the version that is there.</summary>
    public async Task<Result<PromptVersion>> Push(PromptVersion pushed, Caller caller, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);

        // A policy that changes now waits for this version, and then lints it too.
        await connection.ExecuteAsync(new("lock table lint_policies in share mode", transaction: transaction, cancellationToken: ct));
        await connection.ExecuteAsync(new("insert into prompts (app, name, updated_at) values (@App, @Name, @CreatedAt) on conflict do nothing", pushed, transaction, cancellationToken: ct));
        await connection.ExecuteAsync(new("select from prompts where app = @App and name = @Name for update", pushed, transaction, cancellationToken: ct));

        if (await Find(connection, transaction, pushed.App, pushed.Name, pushed.Version, ct) is { } there)
            return there.Again(pushed);
        var policy = await LintPolicyStore.InForce(connection, transaction, pushed.App, ct);
        if (policy.Refused)
            return policy.Refusal;
        var decision = pushed.Judged(await Before(connection, transaction, pushed, ct), policy.Value.Rules);
        if (decision.Refused)
            return decision;

        await connection.ExecuteAsync(new("""
            insert into prompt_versions (app, name, version, sha256, text, model, author, commit, changelog, changes, created_at)
            values (@App, @Name, @Version, @Sha256, @Text, @Model, @Author, @Commit, @Changelog, @Changes, @CreatedAt)
            """, decision.Value, transaction, cancellationToken: ct));
        await LintPolicyStore.Keep(connection, transaction, decision.Value, policy.Value.Sha256, ct);
        await connection.ExecuteAsync(new("update prompts set updated_at = @CreatedAt where app = @App and name = @Name", pushed, transaction, cancellationToken: ct));
        await AuditLog.Append(connection, transaction, AuditFact.By(caller, "push", pushed.Subject, null, pushed.Sha256, pushed.Changelog), pushed.CreatedAt, ct);
        await transaction.CommitAsync(ct);
        return decision;
    }

    /// <summary>Points a label at a version. Idempotent.</summary>
    public async Task<Result<Prompt>> MoveLabel(string name, string label, MoveLabel move, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var key = new { move.App, name, label, move.Version, move.Release, now };
        await connection.ExecuteAsync(new("select from prompts where app = @App and name = @name for update", key, transaction, cancellationToken: ct));
        if (await Find(connection, transaction, move.App, name, move.Version, ct) is null)
            return MissingVersion(move.App, name, move.Version);

        var before = await connection.ExecuteScalarAsync<string?>(new(
            "select version from prompt_labels where app = @App and name = @name and label = @label", key, transaction, cancellationToken: ct));
        if (before != move.Version)
        {
            await connection.ExecuteAsync(new("""
                insert into prompt_labels (app, name, label, version, release, moved_at) values (@App, @name, @label, @Version, @Release, @now)
                on conflict (app, name, label) do update set version = excluded.version, release = excluded.release, moved_at = excluded.moved_at
                """, key, transaction, cancellationToken: ct));
            await connection.ExecuteAsync(new("update prompts set updated_at = @now where app = @App and name = @name", key, transaction, cancellationToken: ct));
            await AuditLog.Append(connection, transaction,
                AuditFact.By(caller, "move-label", $"prompt:{move.App}/{name}#{label}", before, move.Version, $"release {move.Release}"), now, ct);
        }
        var prompt = await connection.QuerySingleAsync<Prompt>(new($"{Prompts} where p.app = @App and p.name = @name", key, transaction, cancellationToken: ct));
        await transaction.CommitAsync(ct);
        return prompt;
    }

    private static Task<PromptVersion?> Find(NpgsqlConnection connection, NpgsqlTransaction? transaction, string app, string name, string version, CancellationToken ct) =>
        connection.QuerySingleOrDefaultAsync<PromptVersion>(new(
            $"{Versions} where (v.app, v.name, v.version) = (@app, @name, @version)", new { app, name, version }, transaction, cancellationToken: ct));

    private static async Task<PromptVersion?> Before(NpgsqlConnection connection, NpgsqlTransaction transaction, PromptVersion pushed, CancellationToken ct)
    {
        var versions = await connection.QueryAsync<string>(new("select version from prompt_versions where app = @App and name = @Name", pushed, transaction, cancellationToken: ct));
        return SemanticVersion.TryParse(pushed.Version, out var version) && Prompt.Before(versions, version) is { } previous
            ? await Find(connection, transaction, pushed.App, pushed.Name, previous, ct)
            : null;
    }

    private static Refusal MissingVersion(string app, string name, string version) =>
        Refusal.NotFound("version-not-found", $"There is no {name} {version} in {app}. Push it with llmops push, or list the versions with GET /prompts?app={app}.");
}
