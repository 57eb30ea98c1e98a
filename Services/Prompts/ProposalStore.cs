using System.Text.Json;
using Dapper;
using Npgsql;

namespace LlmOps.Prompts;

public sealed class ProposalStore(NpgsqlDataSource database)
{
    private const int Page = 200;
    private const long FeedLock = 0x46454544; // positions of the feed are given one transaction at a time: who has seen n has seen all before n

    private const string Proposals = """
        select p.id, p.app, p.name, p.version, p.base_version, p.bundle, p.title, p.description, p.run, p.author, v.author as version_author, p.opened_at, p.expires_at, f.findings,
            coalesce((select jsonb_agg(jsonb_build_object('person', r.person, 'role', r.role, 'decision', r.decision, 'bundle', r.bundle, 'comment', r.comment, 'at', r.at) order by r.id)
                      from reviews r where r.proposal = p.id), '[]') as reviews
        from proposals p join prompt_versions v on (v.app, v.name, v.version) = (p.app, p.name, p.version)
        left join lint_policies l on l.app = p.app
        join prompt_findings f on (f.app, f.name, f.version, f.policy_sha256) = (p.app, p.name, p.version, coalesce(l.sha256, ''))
        """;

    static ProposalStore()
    {
        Sql.MapJson<IReadOnlyList<Finding>>();
        Sql.MapJson<IReadOnlyList<Review>>();
    }

    /// <summary>The newest first, a page at a time.</summary>
    /// <param name="before">The last id of the page before; null for the first page.</param>
    public async Task<IReadOnlyList<Proposal>> List(string? app, Guid? before, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<Proposal>(new($"""
            {Proposals} where (@app is null or p.app = @app) and (@before is null or p.id < @before) order by p.id desc limit {Page}
            """, new { app, before }, cancellationToken: ct))];
    }

    public async Task<IReadOnlyList<Proposal>> Unexpired(string? app, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<Proposal>(new($"{Proposals} where p.expires_at > @now and (@app is null or p.app = @app)", new { app, now }, cancellationToken: ct))];
    }

    public async Task<Result<Proposal>> Find(Guid id, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await Find(connection, null, id, ct) is { } found ? found : Missing(id);
    }

    /// <summary>Opens a proposal, or answers the one that is open for that bundle. Another bundle of the same version ends the proposals before it.</summary>
    public async Task<Result<Proposal>> Open(Guid id, OpenProposal open, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var row = new { id, open.App, open.Name, open.Version, open.Bundle, open.Title, open.Description, open.Run, caller.Person, now, expires = now + Proposal.Lifetime, Prompt.Live };
        await connection.ExecuteAsync(new("select from prompts where app = @App and name = @Name for update", row, transaction, cancellationToken: ct));
        var sha256 = await connection.ExecuteScalarAsync<string?>(new(
            "select sha256 from prompt_versions where app = @App and name = @Name and version = @Version", row, transaction, cancellationToken: ct));
        if (sha256 is null)
            return Refusal.NotFound("version-not-found", $"There is no {open.Name} {open.Version} in {open.App}. Push it with llmops push, then propose it.");

        var there = await connection.QuerySingleOrDefaultAsync<Proposal>(new(
            $"{Proposals} where (p.app, p.name, p.version, p.bundle) = (@App, @Name, @Version, @Bundle) and p.expires_at > @now", row, transaction, cancellationToken: ct));
        if (there is not null)
            return there;

        await connection.ExecuteAsync(new("update proposals set expires_at = @now where app = @App and name = @Name and version = @Version and expires_at > @now", row, transaction, cancellationToken: ct));
        await connection.ExecuteAsync(new("""
            insert into proposals (id, app, name, version, base_version, bundle, title, description, run, author, opened_at, expires_at)
            values (@id, @App, @Name, @Version, (select version from prompt_labels where app = @App and name = @Name and label = @Live),
                @Bundle, @Title, @Description, @Run, @Person, @now, @expires)
            """, row, transaction, cancellationToken: ct));
        var opened = (await Find(connection, transaction, id, ct))!;
        await AuditLog.Append(connection, transaction, AuditFact.By(caller, "open-proposal", opened.Subject, sha256, open.Bundle, open.Title), now, ct);
        await transaction.CommitAsync(ct);
        return opened;
    }

    /// <summary>The one way a review is added: lock the proposal, let it decide, write review, feed position and audit together. A forbidden attempt is audited too.</summary>
    public async Task<Result<Proposal>> Review(Guid id, Func<Proposal, Result<Review>> decide, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(new("select from proposals where id = @id for update", new { id }, transaction, cancellationToken: ct));
        if (await Find(connection, transaction, id, ct) is not { } proposal)
            return Missing(id);

        var decision = decide(proposal);
        if (decision.Refused)
        {
            if (decision.Refusal.Kind == RefusalKind.Forbidden)
            {
                await AuditLog.Append(connection, transaction, AuditFact.By(caller, "review-refused", proposal.Subject, null, proposal.Bundle, decision.Refusal.Code), now, ct);
                await transaction.CommitAsync(ct);
            }
            return decision.Refusal;
        }

        var review = decision.Value;
        var counts = review.Decision == ReviewDecision.Approve && !proposal.ApprovedBy(review.Person);
        if (counts)
            await connection.ExecuteAsync(new("select pg_advisory_xact_lock(@FeedLock)", new { FeedLock }, transaction, cancellationToken: ct));
        await connection.ExecuteAsync(new("""
            insert into reviews (proposal, person, role, decision, bundle, comment, at, position)
            values (@id, @Person, @role, @decided, @Bundle, @Comment, @At, case when @counts then (select coalesce(max(position), 0) + 1 from reviews) end)
            """, new { id, review.Person, role = review.Role.ToString(), decided = Words(review.Decision), review.Bundle, review.Comment, review.At, counts },
            transaction, cancellationToken: ct));
        await AuditLog.Append(connection, transaction, AuditFact.By(caller, Words(review.Decision), proposal.Subject, null, review.Bundle, review.Comment), now, ct);
        var reviewed = (await Find(connection, transaction, id, ct))!;
        await transaction.CommitAsync(ct);
        return reviewed;
    }

    /// <summary>The approvals behind a position, in the order they were committed.</summary>
    public async Task<IReadOnlyList<ProposalApproval>> Approvals(long after, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<Approval>(new($"""
            select r.position, p.id as proposal, p.app, r.bundle, r.person, r.role, p.author, r.at, p.expires_at, p.name, p.version
            from reviews r join proposals p on p.id = r.proposal where r.position > @after order by r.position limit {Page}
            """, new { after }, cancellationToken: ct));
        return [.. rows.Select(row => new ProposalApproval(
            row.Position, row.Proposal, row.App, row.Bundle, row.Person, Enum.Parse<Role>(row.Role), row.Author, row.At, row.ExpiresAt, row.Name, row.Version))];
    }

    private static Task<Proposal?> Find(NpgsqlConnection connection, NpgsqlTransaction? transaction, Guid id, CancellationToken ct) =>
        connection.QuerySingleOrDefaultAsync<Proposal>(new($"{Proposals} where p.id = @id", new { id }, transaction, cancellationToken: ct));

    private static string Words(ReviewDecision decision) => JsonNamingPolicy.KebabCaseLower.ConvertName(decision.ToString());

    public static Refusal Missing(Guid id) => Refusal.NotFound("proposal-not-found", $"There is no proposal {id}, or this key does not cover its app.");

    private sealed record Approval(
        long Position, Guid Proposal, string App, string Bundle, string Person, string Role, string Author, DateTimeOffset At, DateTimeOffset ExpiresAt, string Name, string Version);
}
