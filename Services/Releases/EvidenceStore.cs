using Dapper;
using Npgsql;

namespace LlmOps.Releases;

/// <summary>Counters per release, step and arm, moved together with the feed's cursor.</summary>
public sealed class EvidenceStore(NpgsqlDataSource database)
{
    private const string Feed = "gateway";
    private const string Columns = "requests, errors, slow, feedback, correct, latency_ms, latencies";

    static EvidenceStore()
    {
        Sql.Configure();
        SqlMapper.AddTypeHandler(new Buckets());
    }

    /// <summary>The evidence of the step that the release is on, or of the last it was on.</summary>
    public async Task<Evidence> Of(Release release, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<Row>(new($"""
            select step, arm, {Columns} from evidence
            where release_id = @Id and step = case when @ended then (select max(step) from evidence where release_id = @Id) else @Rung end
            """, new { release.Id, release.Phase.Rung, ended = release.Phase.Ended && release.Phase is not Phase.Done }, cancellationToken: ct));
        var arms = rows.ToDictionary(row => Enum.Parse<Arm>(row.Arm), row => row.Tally);
        var candidate = release.Course is Phase.Live or Phase.Done ? Arm.Stable : arms.ContainsKey(Arm.Canary) ? Arm.Canary : Arm.Shadow;
        return new(arms.GetValueOrDefault(candidate, ArmTally.None), candidate == Arm.Stable ? ArmTally.None : arms.GetValueOrDefault(Arm.Stable, ArmTally.None));
    }

    public Task<string?> Cursor(CancellationToken ct) => FeedCursor.Read(database, Feed, ct);

    /// <summary>Counts a page that was asked for after a cursor; nothing when another replica took it first.</summary>
    public async Task Take(string? after, FeedPage page, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await FeedCursor.Lock(connection, transaction, Feed, ct) != after)
            return;

        var watched = await Watched(connection, transaction, page, ct);
        var tallies = page.Items.SelectMany(item => Tally.Of(item, watched)).DistinctBy(tally => tally.Item).ToList();
        var fresh = (await connection.QueryAsync<string>(new("""
            insert into counted (item, release_id) select * from unnest(@items, @releases) on conflict do nothing returning item
            """, new { items = tallies.Select(tally => tally.Item).ToArray(), releases = tallies.Select(tally => tally.Release).ToArray() }, transaction, cancellationToken: ct))).ToHashSet();
        var sums = from tally in tallies
                   where fresh.Contains(tally.Item)
                   group tally.Adds by (tally.Release, tally.Step, tally.Arm) into arm
                   orderby arm.Key.Release, arm.Key.Step, arm.Key.Arm
                   select (arm.Key, Sum: arm.Aggregate((a, b) => a + b));
        foreach (var (key, sum) in sums)
            await Add(connection, transaction, new(key.Step, key.Arm.ToString(), sum.Requests, sum.Errors, sum.Slow, sum.Feedback, sum.Correct, sum.LatencyMs, sum.Latencies), key.Release, ct);
        await FeedCursor.Move(connection, transaction, Feed, page.Cursor, ct);
        await transaction.CommitAsync(ct);
    }

    private static async Task<IReadOnlyList<Watched>> Watched(NpgsqlConnection connection, NpgsqlTransaction transaction, FeedPage page, CancellationToken ct)
    {
        var named = page.Items.Select(item => item.Inference?.Release ?? item.Feedback?.Release).OfType<string>().Distinct().ToArray();
        return (await connection.QueryAsync<Watched>(new("""
            select id, app, route, bundle, p99_ms, case when phase ->> 'kind' = 'live' then (phase ->> 'step')::int end as live_step
            from releases where id = any(@named) or phase ->> 'kind' = 'live'
            """, new { named }, transaction, cancellationToken: ct))).AsList();
    }

    private static Task<int> Add(NpgsqlConnection connection, NpgsqlTransaction transaction, Row row, string release, CancellationToken ct) =>
        connection.ExecuteAsync(new($"""
            insert into evidence as was (release_id, step, arm, {Columns})
            values (@release, @Step, @Arm, @Requests, @Errors, @Slow, @Feedback, @Correct, @LatencyMs, @Latencies)
            on conflict (release_id, step, arm) do update set
                requests = was.requests + excluded.requests, errors = was.errors + excluded.errors, slow = was.slow + excluded.slow,
                feedback = was.feedback + excluded.feedback, correct = was.correct + excluded.correct, latency_ms = was.latency_ms + excluded.latency_ms,
                latencies = (select array_agg(a + b order by i) from unnest(was.latencies, excluded.latencies) with ordinality as buckets (a, b, i))
            """, new { release, row.Step, row.Arm, row.Requests, row.Errors, row.Slow, row.Feedback, row.Correct, row.LatencyMs, row.Latencies }, transaction, cancellationToken: ct));

    private sealed class Buckets : SqlMapper.TypeHandler<long[]>
    {
        public override long[] Parse(object value) => (long[])value;

        public override void SetValue(System.Data.IDbDataParameter parameter, long[]? value) => parameter.Value = value;
    }

    private sealed record Row(int Step, string Arm, long Requests, long Errors, long Slow, long Feedback, long Correct, double LatencyMs, long[] Latencies)
    {
        public ArmTally Tally => new(Requests, Errors, Slow, Feedback, Correct, LatencyMs, Latencies);
    }
}
