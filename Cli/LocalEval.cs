using System.Text.Json;
using LlmOps.Evaluation;
using LlmOps.Pricing;

namespace LlmOps.Cli;

/// <summary>One evaluation in this process: finds the parts in the application's folder, runs the cases, and makes the report.</summary>
public sealed class LocalEval(Terminal terminal, EvalQuestion asked, TimeProvider clock)
{
    public async Task<Result<EvalReport>> Run(CancellationToken ct)
    {
        var read = await EvalParts.Read(asked, ct);
        if (read.Refused)
            return read.Refusal;
        var parts = read.Value;
        terminal.Say($"dataset {parts.Dataset.Name} {parts.Dataset.Sha256}, {parts.Dataset.Cases.Count} cases");

        var baseline = await LocalBaseline.Find(terminal, asked.Baseline, parts.App, parts.Dataset, ReportBuilder.JudgeOf(parts.Scorers), ct);
        if (baseline.Refused)
            return baseline.Refusal;
        var protectedBase = asked.Base is null ? null : await ProtectedBase.Read(parts.Folder, asked.Base, parts.SuitePath, Within(parts.Folder, asked.Baseline), ct);
        if (protectedBase is { Refused: true })
            return protectedBase.Refusal;
        if (asked.Policy is null && protectedBase?.Value?.Policy is { } policy)
            parts = parts with { Policy = policy }; // the change does not choose its own gates
        var calibrations = LocalCalibrations.Read(parts.Folder);
        if (calibrations.Refused)
            return calibrations.Refusal;
        var judges = JudgeTrust.Of(parts.Scorers, parts.Policy.Judges, calibrations.Value);
        var report = parts.Suite.Load is { } load ? await Serve(parts, load, baseline.Value.Report, ct) : await Answer(parts, judges, baseline.Value.Report, ct);
        return report.Refused || protectedBase?.Value is not { } judged ? report : report.Value with { Marks = judged.Marks };
    }

    /// <summary>The file's path relative to the application's folder; null where it is none or lies elsewhere.</summary>
    private static string? Within(AppFolder folder, string? file) =>
        file is not null && File.Exists(file) && Path.GetRelativePath(folder.Path, file) is var relative && !relative.StartsWith("..", StringComparison.Ordinal) ? relative.Replace('\\', '/') : null;

    private async Task<Result<EvalReport>> Answer(EvalParts parts, IReadOnlyList<ReportJudge>? judges, EvalReport? baseline, CancellationToken ct)
    {
        var journalled = Journal(parts);
        if (journalled is { Refused: true })
            return journalled.Refusal;
        using var journal = journalled?.Value;
        if (journal is { Finished.Count: > 0 })
            terminal.Say($"{journal.Finished.Count} cases were answered before the run was killed; they are taken over");
        var recorded = asked switch
        {
            { Replay: { } file } => Recording.Read(file.FullName),
            { Record: { } file } => Recording.Write(file.FullName, asked.Resume),
            _ => null,
        };
        if (recorded is { Refused: true })
            return recorded.Refusal;
        using var recording = recorded?.Value;

        var run = new SuiteRun(parts.Dataset, parts.Scorers, parts.Suite.Repeats, parts.Bundle.Manifest.Model, parts.Bundle.Prepare);
        var limits = new RunLimits(asked.PerProvider, asked.MostRepeats, RetryRules.For(parts.Dataset.Cases.Count, null));
        var policy = parts.Policy with { Alpha = parts.Policy.Alpha / limits.Looks(run) };
        var (startedAt, begun) = (clock.GetUtcNow(), clock.GetTimestamp());
        using var progress = new ProgressLine(terminal.Quiet);
        var created = SuiteRunner.Create(run, new LocalModels(parts.App, clock).Find, PriceBook.BuiltIn, limits, clock, journal, recording, progress.Show);
        if (created.Refused)
            return created.Refusal;
        using var runner = created.Value;

        var cases = await runner.Run(results => Report(results).Gates, ct);
        if (recording is { Replays: false })
            recording.Save();
        journal?.Delete();
        return Report(cases);

        EvalReport Report(IReadOnlyList<CaseResult> results) => ReportBuilder.Build(
            parts.Bundle.Id, parts.Dataset, policy, results, baseline, ReportBuilder.JudgeOf(parts.Scorers), asked.Seed, startedAt, clock.GetElapsedTime(begun), judges);
    }

    /// <summary>A serving suite: times are taken live, in one go.</summary>
    private async Task<Result<EvalReport>> Serve(EvalParts parts, ServingLoad load, EvalReport? baseline, CancellationToken ct)
    {
        if (asked is not { Record: null, Replay: null, Resume: false })
            return Refusal.Invalid("bad-usage", $"{parts.SuitePath} measures times, which cannot be recorded, replayed or resumed. Leave --record, --replay and --resume out.");
        var pin = parts.Bundle.Manifest.Model;
        var models = new LocalModels(parts.App, clock);
        var schema = parts.Bundle.Prompt.ResponseSchema is { } wanted ? JsonSchema.Parse(wanted.GetRawText()) : null;
        if ((models.Find(pin).Refusal ?? schema?.Refusal) is { } refusal)
            return refusal;
        var (startedAt, begun) = (clock.GetUtcNow(), clock.GetTimestamp());
        using var progress = new ProgressLine();
        var runner = new ServingRunner(
            new SuiteRun(parts.Dataset, parts.Scorers, 1, pin, parts.Bundle.Prepare), load, PriceBook.BuiltIn, () => models.Find(pin).Value!,
            schema is null ? null : answer => Holds(schema.Value!, answer), pin.Provider == "embedded" ? () => Environment.WorkingSet / 1024.0 / 1024 : null, RetryRules.DefaultTime, clock)
        {
            Progress = progress.Show,
        };

        var calls = await runner.Run(ct);
        var rows = parts.Dataset with { Cases = [.. calls.Select(call => parts.Dataset.Cases[0] with { Id = call.Id, Segment = call.Segment, Extra = null })] };
        var report = ReportBuilder.Build(parts.Bundle.Id, rows, parts.Policy, calls, baseline, null, asked.Seed, startedAt, clock.GetElapsedTime(begun));
        return report with { Dataset = report.Dataset with { Cases = parts.Dataset.Cases.Count } };
    }

    private static bool Holds(JsonSchema schema, string answer)
    {
        try
        {
            using var value = JsonDocument.Parse(answer);
            return schema.IsValid(value.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Null where the run keeps none: a replay has nothing to lose, and of two equal runs at once the first keeps it.</summary>
    private Result<RunJournal>? Journal(EvalParts parts)
    {
        if (asked.Replay is not null)
            return null;
        var path = asked.Out is { } report ? $"{report.FullName}.journal" : Path.Combine(parts.Folder.Path, ".llmops", "runs", $"{parts.Key}.jsonl");
        var journal = RunJournal.Open(path, parts.Key, asked.Resume);
        return journal.Refusal?.Code == RunJournal.BusyCode && !asked.Resume ? null : journal;
    }
}
