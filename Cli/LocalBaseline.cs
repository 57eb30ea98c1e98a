using System.Text.Json;
using LlmOps.Evaluation;

namespace LlmOps.Cli;

/// <summary>What a local evaluation is compared with: a report's file, or the newest report of what is live.</summary>
/// <param name="Report">Null where nothing is live, or nothing was asked for.</param>
public sealed record LocalBaseline(EvalReport? Report)
{
    public const string Production = "production";

    public static async Task<Result<LocalBaseline>> Find(Terminal terminal, string? asked, AppFile app, Dataset dataset, CancellationToken ct)
    {
        if (asked is null)
            return new LocalBaseline((EvalReport?)null);
        var report = asked == Production ? await Live(terminal, app, dataset, ct) : Read(asked);
        if (report.Refused)
            return report.Refusal;
        return report.Value.Report is { } found && found.Dataset.Sha256 != dataset.Sha256
            ? Refusal.Conflict("dataset-differs", $"The baseline was measured on {found.Dataset.Name} {found.Dataset.Sha256}, the candidate would be on {dataset.Name} {dataset.Sha256}. Run the baseline's prompt on the same dataset, with --prompt and --out.")
            : report;
    }

    private static Result<LocalBaseline> Read(string path)
    {
        if (!File.Exists(path))
            return Refusal.Invalid("no-baseline", $"There is no report {path}. Write one with llmops eval … --out {path}, or name {Production}.");
        try
        {
            var report = Json.Read<EvalReport>(File.ReadAllText(path));
            return report is { SchemaVersion: EvalReport.CurrentSchema, Dataset: not null, Cases: not null }
                ? new LocalBaseline(report)
                : Refusal.Invalid("bad-report", $"{path} is no report of schema {EvalReport.CurrentSchema}. Write it again with llmops eval … --out {path}.");
        }
        catch (JsonException broken)
        {
            return Refusal.Invalid("bad-report", $"{path}:{broken.LineNumber + 1}: this is no report ({broken.Message}). Write it again with llmops eval … --out {path}.");
        }
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
            return new LocalBaseline((EvalReport?)null);
        var runs = await clients.Value.Evals.Runs(app.App, live, ct);
        if (runs.Refused)
            return runs.Refusal;
        if (runs.Value.FirstOrDefault(run => run.State == RunState.Finished && run.DatasetSha256 == dataset.Sha256) is not { } newest)
            return Refusal.NotFound("no-baseline", $"{live}, which is live, has no finished evaluation on {dataset.Name} {dataset.Sha256}. Push the dataset and run llmops bundle evaluate {live} first.");
        var report = await clients.Value.Evals.Report(newest.Id, ct);
        return report.Refused ? report.Refusal : new LocalBaseline(report.Value);
    }
}
