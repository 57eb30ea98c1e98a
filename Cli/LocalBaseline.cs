using LlmOps.Evaluation;

namespace LlmOps.Cli;

/// <summary>What a local evaluation is compared with: a report's file, or the newest report of what is live.</summary>
/// <param name="Report">Null where nothing is live, or nothing was asked for.</param>
public sealed record LocalBaseline(EvalReport? Report)
{
    public const string Production = "production";

    /// <param name="judge">Of the candidate: grades of two judges are no difference between two answers.</param>
    public static async Task<Result<LocalBaseline>> Find(Terminal terminal, string? asked, AppFile app, Dataset dataset, string? judge, CancellationToken ct)
    {
        if (asked is null)
            return new LocalBaseline((EvalReport?)null);
        var report = asked == Production ? await Live(terminal, app, dataset, ct) : Read(asked);
        if (report.Refused)
            return report.Refusal;
        if (report.Value.Report is not { } found)
            return report;
        if (found.Dataset.Sha256 != dataset.Sha256)
            return Refusal.Conflict("dataset-differs", $"The baseline was measured on {found.Dataset.Name} {found.Dataset.Sha256}, the candidate would be on {dataset.Name} {dataset.Sha256}. Run the baseline's prompt on the same dataset, with --prompt and --out.");
        return found.Judge == judge
            ? report
            : Refusal.Conflict("judges-differ", $"The baseline was judged by {found.Judge ?? "no judge"}, the candidate would be by {judge ?? "no judge"}. Score the baseline again with this suite, with --prompt and --out.");
    }

    private static Result<LocalBaseline> Read(string path)
    {
        if (!File.Exists(path))
            return Refusal.Invalid("no-baseline", $"There is no report {path}. Write one with llmops eval … --out {path}, or name {Production}.");
        var report = StoredReport.Parse(File.ReadAllText(path), path);
        return report.Refused ? report.Refusal : new LocalBaseline(report.Value);
    }

    private static async Task<Result<LocalBaseline>> Live(Terminal terminal, AppFile app, Dataset dataset, CancellationToken ct)
    {
        var clients = Server.Connect(terminal);
        if (clients.Refused)
            return clients.Refusal;
        var routes = await clients.Value.Releases.Routes(ct);
        if (routes.Refused)
            return routes.Refusal;
        if (routes.Value.FirstOrDefault(route => route.App == app.App && route.Route == app.Route && route.Environment == Production)?.Stable is not { } live)
        {
            terminal.Say($"nothing is live on {app.Route} yet, so there is nothing to compare with");
            return new LocalBaseline((EvalReport?)null);
        }
        var runs = await clients.Value.Evals.Runs(app.App, live, ct);
        if (runs.Refused)
            return runs.Refusal;
        if (runs.Value.FirstOrDefault(run => run.State == RunState.Finished && run.DatasetSha256 == dataset.Sha256) is not { } newest)
            return Refusal.NotFound("no-baseline", $"{live}, which is live, has no finished evaluation on {dataset.Name} {dataset.Sha256}. Push the dataset and run llmops bundle evaluate {live} first.");
        var report = await clients.Value.Evals.Report(newest.Id, ct);
        return report.Refused ? report.Refusal : new LocalBaseline(report.Value);
    }
}
