using Dapper;
using Npgsql;

namespace LlmOps.Releases;

public sealed class ReleaseStore(NpgsqlDataSource database)
{
    internal const string Columns = "id, app, route, environment, bundle, previous, run, reason, opened_by, opened_at, revision, phase";

    static ReleaseStore()
    {
        Sql.MapJson<Phase>();
        Sql.MapJson<IReadOnlyList<GateResult>>();
    }

    public async Task<Result<Release>> Find(string id, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<Release>(new($"select {Columns} from releases where id = @id", new { id }, cancellationToken: ct)) is { } release ? release : Missing(id);
    }

    public async Task<IReadOnlyList<Release>> List(string? app, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<Release>(new(
            $"select {Columns} from releases where @app is null or app = @app order by opened_at desc, id desc limit 50", new { app = string.IsNullOrEmpty(app) ? null : app }, cancellationToken: ct))];
    }

    /// <summary>Those that the controller has to look at.</summary>
    public async Task<IReadOnlyList<Release>> Running(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<Release>(new(
            $"select {Columns} from releases where phase ->> 'kind' not in ('done', 'rolled-back', 'rejected', 'superseded') order by opened_at", cancellationToken: ct))];
    }

    public async Task<IReadOnlyList<ReleaseEvent>> History(string id, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<Past>(new("select revision, phase, why, at from release_history where release_id = @id order by revision", new { id }, cancellationToken: ct));
        return [.. rows.Select(row => new ReleaseEvent(row.Revision, row.Phase.Word, row.Phase.Rung, row.Phase.Share, row.Why, row.At))];
    }

    public async Task<Observation?> Seen(string id, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<Observation>(new("select waiting, watch from observations where release_id = @id", new { id }, cancellationToken: ct));
    }

    /// <summary>A new release on its route. It supersedes one that has not touched traffic; beside one that has, it is refused.</summary>
    /// <param name="p99Ms">The policy's limit, in ms.</param>
    public async Task<Result<Release>> Open(Guid id, AppView app, Bundle bundle, OpenRelease open, double? p99Ms, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        var name = Route.NameOf(app.Route, open.Environment);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(new("insert into routes (route, app, environment) values (@name, @App, @Environment) on conflict do nothing", new { name, App = app.Name, open.Environment }, transaction, cancellationToken: ct));
        var route = await connection.QuerySingleAsync<Route>(new($"select {RouteStore.Columns} from routes where route = @name for update", new { name }, transaction, cancellationToken: ct));
        if (route.Stable == bundle.Id)
            return Refusal.Conflict("already-live", $"{bundle.Label} is what is live on {name}.");

        var release = Release.Open(id, route, bundle.Id, open, caller.Person, now);
        var running = await connection.QueryAsync<Release>(new(
            $"select {Columns} from releases where route = @name and phase ->> 'kind' not in ('live', 'done', 'rolled-back', 'rejected', 'superseded') for update", new { name }, transaction, cancellationToken: ct));
        foreach (var older in running)
        {
            if (older.Bundle == bundle.Id)
                return Refusal.Conflict("already-open", $"Release {older.Id} is taking that bundle to {name} already; it is {older.Phase}.");
            var superseded = older.Supersede(release.Id, now);
            if (superseded.Refused) return superseded;
            await Move(connection, transaction, route, older, new(superseded.Value, $"Release {release.Id} took its place."), caller, now, ct);
        }

        await connection.ExecuteAsync(new($"""
            insert into releases ({Columns}, p99_ms)
            values (@Id, @App, @Route, @Environment, @Bundle, @Previous, @Run, @Reason, @OpenedBy, @OpenedAt, @Revision, @Phase, @p99Ms)
            """, new { release.Id, release.App, release.Route, release.Environment, release.Bundle, release.Previous, release.Run, release.Reason, release.OpenedBy, release.OpenedAt, release.Revision, release.Phase, p99Ms },
            transaction, cancellationToken: ct));
        await Record(connection, transaction, release, open.Reason, now, ct);
        await AuditLog.Append(connection, transaction, AuditFact.By(caller, "open-release", $"release:{release.Id}", route.Stable, bundle.Id, open.Reason), now, ct);
        await transaction.CommitAsync(ct);
        return release;
    }

    /// <summary>The one way a release changes: lock its route and its row, let the domain decide, write state, pointer, history, label and audit together.</summary>
    /// <param name="caller">Null when the controller itself decides.</param>
    public async Task<Result<Release>> Change(string id, Func<Release, Route, Result<Decision>> decide, Caller? caller, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var route = await connection.QuerySingleOrDefaultAsync<Route>(new(
            $"select {RouteStore.Columns} from routes where route = (select route from releases where id = @id) for update", new { id }, transaction, cancellationToken: ct));
        if (route is null)
            return Missing(id);
        var current = await connection.QuerySingleAsync<Release>(new($"select {Columns} from releases where id = @id for update", new { id }, transaction, cancellationToken: ct));

        var decision = decide(current, route);
        if (decision.Refused) return decision.Refusal;
        var next = decision.Value.Next == current
            ? await Observe(connection, transaction, decision.Value, ct)
            : await Move(connection, transaction, route, current, decision.Value, caller, now, ct);
        await transaction.CommitAsync(ct);
        return next;
    }

    private static async Task<Release> Move(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Route route, Release current, Decision decision, Caller? caller, DateTimeOffset now, CancellationToken ct)
    {
        var next = decision.Next with { Revision = current.Revision + 1 };
        await connection.ExecuteAsync(new("update releases set revision = @Revision, phase = @Phase, previous = @Previous, run = @Run where id = @Id", next, transaction, cancellationToken: ct));
        await Record(connection, transaction, next, decision.Why, now, ct);
        await Observe(connection, transaction, decision with { Next = next }, ct);
        if (next.Phase is Phase.Validating) // found out against another live bundle, if at all
            await connection.ExecuteAsync(new("delete from evidence where release_id = @Id", next, transaction, cancellationToken: ct));
        var after = route.After(current.Phase, next);
        if (after != route)
            await Point(connection, transaction, after, next, ct);
        await Revision.Bump(connection, transaction, Revision.Snapshot, ct);
        var (before, then) = after == route ? ($"{current.Phase}", $"{next.Phase}") : (route.Stable, after.Stable);
        var fact = caller is null
            ? new AuditFact("service:releases", Role.Service, $"release-{next.Phase.Word}", $"release:{next.Id}", before, then, decision.Why, System.Diagnostics.Activity.Current?.TraceId.ToString())
            : AuditFact.By(caller, $"release-{next.Phase.Word}", $"release:{next.Id}", before, then, decision.Why);
        await AuditLog.Append(connection, transaction, fact, now, ct);
        return next;
    }

    private static async Task Point(NpgsqlConnection connection, NpgsqlTransaction transaction, Route route, Release release, CancellationToken ct)
    {
        await connection.ExecuteAsync(new("update routes set stable = @Stable, previous = @Previous where route = @Name", route, transaction, cancellationToken: ct));
        await connection.ExecuteAsync(new("""
            insert into label_moves (app, prompt, version, label, release_id)
            select app, manifest -> 'prompt' ->> 'name', manifest -> 'prompt' ->> 'version', @Environment, @Id from bundles where id = @Stable
            """, new { route.Stable, release.Environment, release.Id }, transaction, cancellationToken: ct));
    }

    private static Task<int> Record(NpgsqlConnection connection, NpgsqlTransaction transaction, Release release, string why, DateTimeOffset now, CancellationToken ct) =>
        connection.ExecuteAsync(new("insert into release_history (release_id, revision, phase, why, at) values (@Id, @Revision, @Phase, @why, @now)",
            new { release.Id, release.Revision, release.Phase, why, now }, transaction, cancellationToken: ct));

    private static async Task<Release> Observe(NpgsqlConnection connection, NpgsqlTransaction transaction, Decision decision, CancellationToken ct)
    {
        await connection.ExecuteAsync(new("""
            insert into observations (release_id, waiting, watch) values (@Id, @Why, @Watch)
            on conflict (release_id) do update set waiting = excluded.waiting, watch = excluded.watch
            where (observations.waiting, observations.watch) is distinct from (excluded.waiting, excluded.watch)
            """, new { decision.Next.Id, decision.Why, decision.Watch }, transaction, cancellationToken: ct));
        return decision.Next;
    }

    public static Refusal Missing(string id) => Refusal.NotFound("release-not-found", $"There is no release {id}, or this key does not cover its app. GET /releases lists them.");

    private sealed record Past(long Revision, Phase Phase, string Why, DateTimeOffset At);
}

/// <summary>What was seen when somebody last looked at a release.</summary>
public sealed record Observation(string Waiting, IReadOnlyList<GateResult> Watch);
