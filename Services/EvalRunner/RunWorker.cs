namespace LlmOps.EvalRunner;

/// <summary>Takes a few cases, runs them side by side, hands in the results, and begins again. Keeps nothing: a lost runner's cases return by their lease.</summary>
public sealed partial class RunWorker(EvalsClient evals, CaseRunner runner, Prices prices, EvalsReach reach, TimeProvider clock, ILogger<RunWorker> log)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);
    private static readonly string Name = $"{Environment.MachineName}-{Environment.ProcessId}";

    private readonly List<JobResult> unsent = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        do
            await log.Guard(() => Pass(stoppingToken));
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Works until there is nothing to do, or a neighbour is away.</summary>
    public async Task Pass(CancellationToken ct)
    {
        while (await Batch(ct))
        {
        }
    }

    private async Task<bool> Batch(CancellationToken ct)
    {
        if (!await HandIn(ct))
            return false;
        var book = await prices.Book(ct);
        if (book.Refused)
            return Held(book.Refusal);
        var jobs = await evals.Claim(new ClaimJobs(Name, CaseRunner.SideBySide), ct);
        if (jobs.Refused)
            return Held(jobs.Refusal);
        reach.Says(null);

        Refusal? away = null;
        using var batch = runner.Batch(book.Value);
        await Task.WhenAll(jobs.Value.Select(job => log.Guard(async () =>
        {
            var result = await batch.Run(job, ct);
            if (result.Refused)
                Left(log, job.Id, (away = result.Refusal).Detail);
            else
                lock (unsent)
                    unsent.Add(result.Value);
        })));
        return await HandIn(ct) && (away is null ? jobs.Value.Count > 0 : Held(away));
    }

    /// <summary>Results wait here while Evals is away; those whose lease is lost by then simply do not count.</summary>
    private async Task<bool> HandIn(CancellationToken ct)
    {
        if (unsent.Count == 0)
            return true;
        var finished = await evals.Finish(new FinishJobs([.. unsent]), ct);
        if (finished.Refused)
            return Held(finished.Refusal);
        unsent.Clear();
        return true;
    }

    private bool Held(Refusal refusal)
    {
        reach.Says(refusal);
        return false;
    }

    [LoggerMessage(LogLevel.Warning, "Job {Id} is left to its lease: {Why}")]
    private static partial void Left(ILogger log, long id, string why);
}
