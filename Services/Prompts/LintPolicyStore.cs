using Dapper;
using LlmOps.Prompting;
using Npgsql;

namespace LlmOps.Prompts;

/// <param name="Sha256">Of the policy's text; empty where the app has none.</param>
public sealed record LintPolicy(string Sha256, LintRules Rules);

/// <summary>The lint policy of each app, and what it finds in each version. A new policy reads all versions again.</summary>
public sealed class LintPolicyStore(NpgsqlDataSource database)
{
    static LintPolicyStore() => Sql.MapJson<IReadOnlyList<Finding>>();

    /// <summary>Takes a policy into force. Idempotent.</summary>
    public async Task Put(string app, string text, LintRules rules, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(new("lock table lint_policies in share row exclusive mode", transaction: transaction, cancellationToken: ct)); // after the pushes under way
        var sha256 = ContentHash.OfText(text);
        var before = await connection.ExecuteScalarAsync<string?>(new("select sha256 from lint_policies where app = @app", new { app }, transaction, cancellationToken: ct));
        if (before == sha256)
            return;

        var versions = await connection.QueryAsync<PromptVersion>(new("""
            select app, name, version, sha256, text, model, author, commit, changelog, changes, created_at, '[]'::jsonb as findings from prompt_versions where app = @app
            """, new { app }, transaction, cancellationToken: ct));
        foreach (var version in versions)
            await Keep(connection, transaction, Linted(version, rules), sha256, ct);
        await connection.ExecuteAsync(new("""
            insert into lint_policies (app, sha256, text) values (@app, @sha256, @text) on conflict (app) do update set sha256 = excluded.sha256, text = excluded.text
            """, new { app, sha256, text }, transaction, cancellationToken: ct));
        await AuditLog.Append(connection, transaction, AuditFact.By(caller, "put-lint-policy", $"app:{app}", before, sha256, null), now, ct);
        await transaction.CommitAsync(ct);
    }

    internal static async Task<Result<LintPolicy>> InForce(NpgsqlConnection connection, NpgsqlTransaction transaction, string app, CancellationToken ct)
    {
        var text = await connection.ExecuteScalarAsync<string?>(new("select text from lint_policies where app = @app", new { app }, transaction, cancellationToken: ct));
        if (text is null)
            return new LintPolicy("", LintRules.None);
        var rules = LintRules.Parse(text);
        return rules.Refused ? rules.Refusal : new LintPolicy(ContentHash.OfText(text), rules.Value);
    }

    internal static Task Keep(NpgsqlConnection connection, NpgsqlTransaction transaction, PromptVersion version, string policySha256, CancellationToken ct) =>
        connection.ExecuteAsync(new("""
            insert into prompt_findings (app, name, version, policy_sha256, findings) values (@App, @Name, @Version, @policySha256, @Findings)
            on conflict (app, name, version, policy_sha256) do update set findings = excluded.findings
            """, new { version.App, version.Name, version.Version, policySha256, version.Findings }, transaction, cancellationToken: ct));

    /// <summary>A version that can no longer be read is a finding, not a reason to keep the old policy.</summary>
    private static PromptVersion Linted(PromptVersion version, LintRules rules)
    {
        var file = version.File();
        return version with
        {
            Findings = file.Refused
                ? [new Finding(version.Name, null, file.Refusal.Code, FindingLevel.Error, file.Refusal.Detail)]
                : Lint.Check(file.Value, rules),
        };
    }
}
