using Dapper;
using Npgsql;

namespace LlmOps.Evals;

/// <summary>The queue of cases to run. A runner holds a job by a lease; when it dies, the job returns by itself.</summary>
public sealed class JobStore(NpgsqlDataSource database)
{
    /// <summary>How often a case is handed out before it counts as errored.</summary>
    public const int Attempts = 5;

    /// <summary>Longer than the longest that a runner works on one case.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(90);

    static JobStore() => Sql.Configure();

    public async Task<IReadOnlyList<EvalJob>> Claim(string runner, int max, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<EvalJob>(new("""
            with free as (
                select id from jobs where result is null and attempt < @Attempts and (claimed_until is null or claimed_until <= @now)
                order by id limit @max for update skip locked
            ), claimed as (
                update jobs set attempt = attempt + 1, runner = @runner, claimed_until = @until from free where jobs.id = free.id returning jobs.*
            )
            select claimed.id, claimed.attempt, claimed.run, runs.app, claimed.bundle, suites.text as suite_text, claimed.case_text as "case"
            from claimed
            join runs on runs.id = claimed.run
            join suites on suites.app = runs.app and suites.name = runs.suite and suites.sha256 = runs.suite_sha256
            order by claimed.id
            """, new { Attempts, runner, max, now, until = now + Lease }, cancellationToken: ct))];
    }

    /// <summary>Takes results, each only from the holder of the newest attempt.</summary>
    /// <returns>How many counted.</returns>
    public async Task<int> Finish(IReadOnlyList<JobResult> results, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var taken = 0;
        foreach (var (id, attempt, result) in results.OrderBy(result => result.Id)) // one order for all, so that two runners never wait for each other
        {
            taken += await connection.ExecuteAsync(new("""
                update jobs set result = @result::json, errored = @errored, claimed_until = null
                where id = @id and attempt = @attempt and case_id = @case and result is null
                """, new { id, attempt, @case = result.Id, result = Json.Write(result), errored = result.Error is not null }, transaction, cancellationToken: ct));
        }
        await transaction.CommitAsync(ct);
        return taken;
    }

    /// <summary>Cases that no runner could finish get an errored result: they stay in every denominator.</summary>
    public async Task GiveUp(DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var lost = await connection.QueryAsync<Lost>(new("""
            select id, case_id, segment from jobs where result is null and attempt >= @Attempts and claimed_until <= @now order by id for update skip locked
            """, new { Attempts, now }, transaction, cancellationToken: ct));
        foreach (var (id, @case, segment) in lost)
        {
            var result = new CaseResult(@case, segment, "", new Dictionary<string, double>(), Passed: false,
                $"No runner finished this case in {Attempts} attempts. Read the runners' log.", null, null, [], Attempts: Attempts);
            await connection.ExecuteAsync(new("update jobs set result = @result::json, errored = true, claimed_until = null where id = @id",
                new { id, result = Json.Write(result) }, transaction, cancellationToken: ct));
        }
        await transaction.CommitAsync(ct);
    }

    private sealed record Lost(long Id, string CaseId, string? Segment);
}
