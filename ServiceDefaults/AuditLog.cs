using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace LlmOps;

/// <summary>What an audit entry says; number, time and hashes are given to it when it joins the chain.</summary>
public sealed record AuditFact(string Actor, Role Role, string Action, string Object, string? Before, string? After, string? Reason, string? RequestId)
{
    public static AuditFact By(Caller caller, string action, string subject, string? before, string? after, string? reason) =>
        new(caller.Person, caller.Role, action, subject, before, after, reason, System.Diagnostics.Activity.Current?.TraceId.ToString());
}

/// <summary>The audit chain of one service database. An entry is written in the transaction of the change it tells of.</summary>
public sealed class AuditLog(string service)
{
    private const string Columns = "seq, at, actor, role, action, object, before, after, reason, request_id, previous_hash, hash";
    private const long Lock = 0x41554449; // the chain has one end: appends queue for it until their transaction ends

    public static async Task Append(NpgsqlConnection connection, NpgsqlTransaction transaction, AuditFact fact, DateTimeOffset now, CancellationToken ct)
    {
        await connection.ExecuteAsync(new("select pg_advisory_xact_lock(@Lock)", new { Lock }, transaction, cancellationToken: ct));
        var last = await connection.QuerySingleOrDefaultAsync<Row>(new($"select {Columns} from audit_entries order by seq desc limit 1", transaction: transaction, cancellationToken: ct));
        var at = new DateTimeOffset(now.UtcTicks / 10 * 10, TimeSpan.Zero); // the database keeps microseconds, and the hash covers the time
        var entry = AuditChain.Link(
            new(last?.Seq + 1 ?? 1, at, fact.Actor, fact.Role, fact.Action, fact.Object, fact.Before, fact.After, fact.Reason, fact.RequestId, "", ""),
            last?.Hash ?? AuditChain.Genesis);
        await connection.ExecuteAsync(new($"""
            insert into audit_entries ({Columns})
            values (@Seq, @At, @Actor, @Role, @Action, @Object, @Before, @After, @Reason, @RequestId, @PreviousHash, @Hash)
            """, Row.Of(entry), transaction, cancellationToken: ct));
    }

    public async Task<AuditPage> Read(NpgsqlDataSource database, long after, int max, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<Row>(new($"select {Columns} from audit_entries where seq > @after order by seq limit @max", new { after, max }, cancellationToken: ct));
        var head = await connection.QuerySingleOrDefaultAsync<Row>(new($"select {Columns} from audit_entries order by seq desc limit 1", cancellationToken: ct));
        return new(service, [.. rows.Select(row => row.Entry())], head?.Seq ?? 0, head?.Hash ?? AuditChain.Genesis);
    }

    private sealed record Row(
        long Seq, DateTimeOffset At, string Actor, string Role, string Action, string Object, string? Before, string? After,
        string? Reason, string? RequestId, string PreviousHash, string Hash)
    {
        public static Row Of(AuditEntry e) => new(e.Seq, e.At, e.Actor, e.Role.ToString(), e.Action, e.Object, e.Before, e.After, e.Reason, e.RequestId, e.PreviousHash, e.Hash);

        public AuditEntry Entry() => new(Seq, At, Actor, Enum.Parse<Role>(Role), Action, Object, Before, After, Reason, RequestId, PreviousHash, Hash);
    }
}

public static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder app) =>
        app.MapGet("/audit", Read).RequireScope(Scope.ReadAudit).WithTags("Audit").WithSummary("This service's audit chain, in order");

    private static async Task<Ok<AuditPage>> Read(NpgsqlDataSource database, AuditLog log, CancellationToken ct, long after = 0, int max = 1000) =>
        TypedResults.Ok(await log.Read(database, after, Math.Clamp(max, 1, 10_000), ct));
}
