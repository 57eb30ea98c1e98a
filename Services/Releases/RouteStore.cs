using Dapper;
using Npgsql;

namespace LlmOps.Releases;

/// <summary>Routes, and the snapshot that gateways serve from.</summary>
public sealed class RouteStore(NpgsqlDataSource database, PolicyStore policies)
{
    internal const string Columns = "route as name, app, environment, stable, previous, killed";

    static RouteStore()
    {
        Sql.MapJson<Phase>();
        Sql.MapJson<BundleManifest>();
    }

    public async Task<Route?> Find(string name, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<Route>(new($"select {Columns} from routes where route = @name", new { name }, cancellationToken: ct));
    }

    public async Task<long> Revision(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await Releases.Revision.Read(connection, null, Releases.Revision.Snapshot, ct);
    }

    /// <summary>Turns the kill switch of a route. Idempotent.</summary>
    public async Task<Result<Route>> Kill(string name, bool killed, Caller caller, string reason, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var route = await connection.QuerySingleOrDefaultAsync<Route>(new($"select {Columns} from routes where route = @name for update", new { name }, transaction, cancellationToken: ct));
        if (route is null || caller.Uncovered(route.App) is not null)
            return Refusal.NotFound("route-not-found", $"There is no route {name}, or this key does not cover it. GET /routes lists them.");
        if (route.Killed == killed)
            return route;
        await connection.ExecuteAsync(new("update routes set killed = @killed where route = @name", new { name, killed }, transaction, cancellationToken: ct));
        await Releases.Revision.Bump(connection, transaction, Releases.Revision.Snapshot, ct);
        await AuditLog.Append(connection, transaction, AuditFact.By(caller, killed ? "kill-route" : "restore-route", $"route:{name}", $"killed: {!killed}", $"killed: {killed}", reason), now, ct);
        await transaction.CommitAsync(ct);
        return route with { Killed = killed };
    }

    /// <summary>Every route with whatever may serve it, as of one moment.</summary>
    public async Task<RouteSnapshot> Snapshot(DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        var revision = await Releases.Revision.Read(connection, transaction, Releases.Revision.Snapshot, ct);
        var routes = (await connection.QueryAsync<Route>(new($"select {Columns} from routes order by route", transaction: transaction, cancellationToken: ct))).AsList();
        var candidates = (await connection.QueryAsync<Release>(new($"""
            select {ReleaseStore.Columns} from releases
            where coalesce(phase -> 'from' ->> 'kind', phase ->> 'kind') in ('shadowing', 'canary')
            """, transaction: transaction, cancellationToken: ct))).ToDictionary(release => release.Route);
        var ids = routes.SelectMany(route => new[] { route.Stable, route.Previous }).Concat(candidates.Values.Select(release => release.Bundle)).OfType<string>().Distinct().ToArray();
        var bundles = (await connection.QueryAsync<Bundle>(new($"select {BundleStore.Columns} from bundles where id = any(@ids) order by id", new { ids }, transaction, cancellationToken: ct))).ToDictionary(bundle => bundle.Id);
        await transaction.CommitAsync(ct);

        var entries = new List<RouteEntry>();
        foreach (var route in routes)
            entries.Add(await Entry(route, candidates.GetValueOrDefault(route.Name), bundles, ct));
        return new(revision, now, entries, [.. bundles.Values.Select(bundle => bundle.Resolved)]);
    }

    private async Task<RouteEntry> Entry(Route route, Release? candidate, Dictionary<string, Bundle> bundles, CancellationToken ct)
    {
        // The rules of a step are those of the bundle that climbs; without one, of the bundle that is live.
        var bundle = (candidate?.Bundle ?? route.Stable) is { } id ? bundles[id] : null;
        var noUnit = bundle is null ? Evaluation.NoUnit.Request : ((await policies.Pinned(bundle.App, bundle.Manifest.Policy, ct)).Release ?? Watching.Default).NoUnit;
        return new(route.App, route.Name, route.Stable, route.Previous,
            candidate is { Course: Phase.Canary canary } ? new(candidate.Id, candidate.Bundle, canary.Percent, canary.Step) : null,
            candidate is { Course: Phase.Shadowing } ? new(candidate.Id, candidate.Bundle) : null,
            noUnit.ToString().ToLowerInvariant(), route.Killed);
    }
}
