using Npgsql;

namespace LlmOps.Evals;

/// <summary>Gives up on cases that no runner could finish, and decides every run whose last result is in.</summary>
public sealed class FinishWorker(RunStore runs, JobStore jobs, SuiteStore suites, DatasetStore datasets, CalibrationStore calibrations, TimeProvider clock, ILogger<FinishWorker> log)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await log.Guard(() => Pass(stoppingToken));
    }

    public async Task Pass(CancellationToken ct)
    {
        await jobs.GiveUp(clock.GetUtcNow(), ct);
        foreach (var run in await runs.Complete(ct))
            await log.Guard(() => Decide(run, ct));
    }

    private async Task Decide(Run run, CancellationToken ct)
    {
        // Both versions are there: the run's foreign keys hold them.
        var suite = (await suites.Version(run.App, run.Suite, run.SuiteSha256, ct))!;
        var dataset = (await datasets.Version(run.App, run.Dataset, run.DatasetSha256, ct))!;
        var outcomes = await runs.Outcomes(run.Id, ct);
        try
        {
            var report = run.Conclude(suite, dataset, outcomes, await calibrations.List(run.App, ct), await runs.Released(run, ct), clock.GetUtcNow());
            await (report.Refused ? runs.Fail(run.Id, report.Refusal.Detail, clock.GetUtcNow(), ct) : runs.Finish(run.Id, report.Value, clock.GetUtcNow(), ct));
        }
        catch (Exception bug) when (bug is not (OperationCanceledException or NpgsqlException))
        {
            // Nobody waits for a verdict that cannot come: the run fails, and the log says why.
            await runs.Fail(run.Id, $"The gates could not be decided ({bug.Message}). This is a fault of ours; its trace is in the log of Evals.", clock.GetUtcNow(), ct);
            throw;
        }
    }
}
