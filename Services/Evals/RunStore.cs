using Dapper;
using Npgsql;

namespace LlmOps.Evals;

public sealed class RunStore(NpgsqlDataSource database)
{
    private const int Most = 200;
    private const string Select = """
        select id, app, suite, suite_sha256, dataset, dataset_sha256, policy_text, policy_sha256, bundle, baseline, state, verdict, gates::text as gates,
               requested_by, started_at, finished_at, error, total, done, begun,
               exists (select from holdout_queries where app = runs.app and dataset = runs.dataset) as sealed
        from runs left join lateral (
            select count(*)::int as total, count(result)::int as done, count(*) filter (where attempt > 0)::int as begun from jobs where run = runs.id) as progress on true
        """;

    static RunStore() => Sql.Configure();

    /// <summary>The newest runs first.</summary>
    public async Task<IReadOnlyList<Run>> List(string? app, string? bundle, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<Row>(new($"""
            {Select} where (@app::text is null or app = @app) and (@bundle::text is null or bundle = @bundle) order by started_at desc, id limit @Most
            """, new { app, bundle, Most }, cancellationToken: ct));
        return [.. rows.Select(row => row.Run())];
    }

    public async Task<Result<Run>> Find(string id, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new($"{Select} where id = @id", new { id }, cancellationToken: ct));
        return row is not null ? row.Run() : Missing(id);
    }

    public async Task<Result<EvalReport>> Report(string id, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<string?>(new("select report::text from runs where id = @id", new { id }, cancellationToken: ct)) is { } report
            ? Json.Read<EvalReport>(report)
            : Refusal.NotFound("report-not-found", $"The run {id} has no report yet. Wait until it is finished.");
    }

    public async Task<IReadOnlyList<JobOutcome>> Outcomes(string id, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<Outcome>(new("""
            select bundle, case_id, case_text, result::text as result, earlier_attempts, earlier_usd from jobs where run = @id order by id
            """, new { id }, cancellationToken: ct));
        return [.. rows.Select(row => row.Job())];
    }

    /// <summary>The first finished run of the same suite whose candidate is this run's baseline, which no later run can replace; null where it never was one.</summary>
    public async Task<Run?> Released(Run run, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var row = await connection.QueryFirstOrDefaultAsync<Row>(new($"""
            {Select} where app = @App and suite = @Suite and bundle = @Baseline and state = 'finished' order by started_at limit 1
            """, new { run.App, run.Suite, run.Baseline }, cancellationToken: ct));
        return row?.Run();
    }

    /// <summary>Open runs whose last result is in.</summary>
    public async Task<IReadOnlyList<Run>> Complete(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. (await connection.QueryAsync<Row>(new($"{Select} where state = 'open' and done = total order by started_at", cancellationToken: ct))).Select(row => row.Run())];
    }

    /// <summary>Opens the run, or answers the one that is there. One that failed is opened again. What an earlier run found out about a bundle on the same case is taken over, unless time is measured.</summary>
    public async Task Start(RunQuestion question, IReadOnlyList<PlannedJob> jobs, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var opened = await connection.ExecuteAsync(new("""
            insert into runs (id, app, suite, suite_sha256, dataset, dataset_sha256, policy_text, policy_sha256, bundle, baseline, state, requested_by, started_at)
            values (@Id, @App, @Suite, @SuiteSha256, @Dataset, @DatasetSha256, @PolicyText, @PolicySha256, @Bundle, @Baseline, 'open', @RequestedBy, @now)
            on conflict (id) do update set state = 'open', error = null, finished_at = null, started_at = @now where runs.state = 'failed'
            """, new
        {
            question.Id, question.App, Suite = question.Suite.Name, SuiteSha256 = question.Suite.Sha256, Dataset = question.Dataset.Name, DatasetSha256 = question.Dataset.Sha256,
            question.PolicyText, question.PolicySha256, question.Bundle, question.Baseline, question.RequestedBy, now,
        }, transaction, cancellationToken: ct));
        if (opened == 0)
            return;

        await AskErroredAgain(question.Id, connection, transaction, ct);
        await connection.ExecuteAsync(new("""
            insert into jobs (run, bundle, suite_sha256, dataset_sha256, case_id, repeat, segment, case_text, result, reused)
            select @Id, planned.bundle, @suite, @dataset, planned.case_id, planned.repeat, planned.segment, planned.case_text, earlier.result, earlier.result is not null
            from rows from (json_to_recordset(@jobs::json) as (bundle text, "caseId" text, repeat int, segment text, "caseText" text))
                with ordinality as planned(bundle, case_id, repeat, segment, case_text, place)
            left join lateral (
                select result from jobs
                where bundle = planned.bundle and suite_sha256 = @suite and dataset_sha256 = @dataset and case_id = planned.case_id and repeat = planned.repeat
                  and result is not null and not errored and not @measuresTime
                order by id limit 1) as earlier on true
            order by place
            on conflict do nothing
            """, new { question.Id, suite = question.Suite.Sha256, dataset = question.Dataset.Sha256, measuresTime = question.MeasuresTime, jobs = Json.Write(jobs) }, transaction, cancellationToken: ct));
        await transaction.CommitAsync(ct);
    }

    /// <summary>Opens a finished run again for its errored cases alone; the others keep their results.</summary>
    public async Task<Result<Run>> Retry(Run run, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var opened = await connection.ExecuteAsync(new("""
            update runs set state = 'open', verdict = null, gates = '[]', report = null, error = null, finished_at = null
            where id = @Id and state <> 'open' and exists (select from jobs where run = @Id and errored)
            """, new { run.Id }, transaction, cancellationToken: ct));
        if (opened == 0)
            return Refusal.Conflict("nothing-to-retry", $"The run {run.Id} has no errored case, or is still at work. Read GET /runs/{run.Id}.");
        await AskErroredAgain(run.Id, connection, transaction, ct);
        await AuditLog.Append(connection, transaction, AuditFact.By(caller, "retry", $"run:{run.App}/{run.Id}", run.Verdict?.ToString(), null, null), now, ct);
        await transaction.CommitAsync(ct);
        return await Find(run.Id, ct);
    }

    /// <summary>Closes an open run with its report. A replica that comes second changes nothing.</summary>
    public Task Finish(string id, EvalReport report, DateTimeOffset now, CancellationToken ct) => Close("""
        update runs set state = 'finished', verdict = @verdict, gates = @gates::json, report = @report::json, finished_at = @now where id = @id and state = 'open'
        """, new { id, verdict = report.Verdict.ToString(), gates = Json.Write(report.Gates), report = Json.Write(report), now }, ct);

    public Task Fail(string id, string error, DateTimeOffset now, CancellationToken ct) => Close("""
        update runs set state = 'failed', error = @error, finished_at = @now where id = @id and state = 'open'
        """, new { id, error, now }, ct);

    /// <summary>The attempts so far stay on the job, and with them what they cost: a job is asked again from attempt 0.</summary>
    private static async Task AskErroredAgain(string run, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken ct)
    {
        // Read here and not by the database's own JSON functions, which refuse the NUL that an error may quote.
        var errored = await connection.QueryAsync<(long Id, string Result)>(new(
            "select id, result::text from jobs where run = @run and errored order by id for update", new { run }, transaction, cancellationToken: ct));
        foreach (var (id, text) in errored)
        {
            var result = Json.Read<CaseResult>(text);
            await connection.ExecuteAsync(new("""
                update jobs set result = null, errored = false, attempt = 0, claimed_until = null, earlier_attempts = earlier_attempts + @attempts, earlier_usd = earlier_usd + @usd where id = @id
                """, new { id, attempts = result.Attempts ?? 1, usd = result.RetriesUsd ?? 0 }, transaction, cancellationToken: ct));
        }
    }

    private async Task Close(string sql, object values, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new(sql, values, cancellationToken: ct));
    }

    public static Refusal Missing(string id) => Refusal.NotFound("run-not-found", $"There is no run {id}, or this key does not cover its app.");

    private sealed record Outcome(string Bundle, string CaseId, string CaseText, string? Result, int EarlierAttempts, decimal EarlierUsd)
    {
        public JobOutcome Job()
        {
            var result = Result is null ? null : Json.Read<CaseResult>(Result);
            return new(Bundle, CaseId, CaseText, EarlierAttempts == 0 || result is null ? result : result with
            {
                Attempts = EarlierAttempts + (result.Attempts ?? 1), RetriesUsd = EarlierUsd + (result.RetriesUsd ?? 0),
            });
        }
    }

    private sealed record Row(
        string Id, string App, string Suite, string SuiteSha256, string Dataset, string DatasetSha256, string PolicyText, string PolicySha256, string Bundle, string? Baseline,
        string State, string? Verdict, string Gates, string RequestedBy, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, string? Error, int Total, int Done, int Begun,
        bool Sealed)
    {
        public Run Run() => new(
            Id, App, Suite, SuiteSha256, Dataset, DatasetSha256, PolicyText, PolicySha256, Bundle, Baseline, Stands(),
            Verdict is null ? null : Enum.Parse<Verdict>(Verdict), Json.Read<GateResult[]>(Gates), RequestedBy, StartedAt, FinishedAt, Error, Total, Done, Sealed);

        private RunState Stands() => State switch
        {
            "finished" => RunState.Finished,
            "failed" => RunState.Failed,
            _ => Begun > 0 ? RunState.Running : RunState.Queued,
        };
    }
}
