using System.Globalization;
using LlmOps.Evaluation;

namespace LlmOps.Cli;

/// <summary>A report told to people, to files, and to GitHub Actions.</summary>
internal static class EvalOutput
{
    private const int Shown = 10;
    private const int MostOfAnAnswer = 120;

    internal static async Task Write(Terminal terminal, EvalReport report, EvalQuestion asked, FileInfo? junit, FileInfo? markdown, bool github, CancellationToken ct)
    {
        if (asked.Out is { } file)
            await To(file, System.Text.Json.JsonSerializer.Serialize(report, Json.Indented) + "\n", ct);
        // What was compared with is a report too; from the server only the gates know it.
        var baseline = asked.Baseline is { } path && File.Exists(path) ? Json.Read<EvalReport>(await File.ReadAllTextAsync(path, ct)) : null;
        if (junit is not null)
            await To(junit, ReportJUnit.Write(report, asked.Suite.Name), ct);
        if (markdown is not null)
            await To(markdown, ReportMarkdown.Write(report, baseline), ct);
        if (github)
            await GitHub(terminal, report, baseline, asked, ct);
        terminal.Answer(report, () => Tell(terminal, report, asked));
    }

    /// <summary>Null where the file can be written. It is left as it was.</summary>
    internal static Refusal? Unwritable(FileInfo file)
    {
        if (Directory.Exists(file.FullName))
            return Refusal.Invalid("file-not-usable", $"{file.FullName} is a folder. Name a file in it.");
        try
        {
            file.Directory?.Create();
            var there = File.Exists(file.FullName);
            using (File.Open(file.FullName, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite))
            {
            }
            if (!there)
                File.Delete(file.FullName);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refusal.Invalid("file-not-usable", $"{e.Message} Name a file that this user may write.");
        }
    }

    private static void Tell(Terminal terminal, EvalReport report, EvalQuestion asked)
    {
        var failed = report.Cases.Where(result => !result.Passed).OrderByDescending(result => result.Error is not null).ThenBy(result => result.Scores.Values.DefaultIfEmpty(0).Average()).ToList();
        foreach (var result in failed.Take(Shown))
            terminal.Say($"  {Line(result)}");
        if (failed.Count > Shown)
            terminal.Say($"  … and {failed.Count - Shown} more of {report.Cases.Count} that did not pass{(asked.Out is null ? "; --out FILE keeps them all" : "")}");
        foreach (var mark in report.Marks ?? [])
            terminal.Say($"! {mark.Code}: {mark.Detail}");
        var told = new HashSet<string>();
        foreach (var gate in report.Gates)
        {
            terminal.Say($"{EvalRun.Line(gate)}{(gate is { Decides: false, Verdict: Verdict.Inconclusive } ? " (warns)" : "")}");
            if (IsToMend(gate, report) && told.Add(gate.Reason))
                terminal.Say($"  {gate.Reason}");
        }
        foreach (var ratchet in report.Ratchet ?? [])
            terminal.Say($"ratchet: {ratchet.Reason}");
        terminal.Say(Spent(report));
        terminal.Say($"{report.Verdict.ToString().ToLowerInvariant()}: {report.Bundle[..Math.Min(14, report.Bundle.Length)]}{(report.Baseline is { } baseline ? $" against {baseline.Bundle[..Math.Min(14, baseline.Bundle.Length)]}" : "")}");
        terminal.Say(Next(report));
    }

    /// <summary>It keeps the verdict from a pass; that there is nothing to compare with, its line says already.</summary>
    private static bool IsToMend(GateResult gate, EvalReport report) =>
        gate.Verdict == Verdict.Fail || (gate is { Verdict: Verdict.Inconclusive, Decides: true } && !IsUncompared(gate, report));

    private static bool IsUncompared(GateResult gate, EvalReport report) => report.Baseline is null && gate is { Delta: null, Candidate: not null };

    /// <summary>mod-003: accuracy 0.5; "You can …" — on one line, with nothing in it that a terminal or a build server would obey.</summary>
    private static string Line(CaseResult result)
    {
        var scores = string.Join(", ", result.Scores.Select(score => string.Create(CultureInfo.InvariantCulture, $"{score.Key} {score.Value:0.##}")));
        var said = (result.Error ?? result.Output).ReplaceLineEndings(" ").Replace('\t', ' ');
        return $"{result.Id.ReplaceLineEndings(" ")}: {(result.Error is null ? $"{scores}: " : "")}{(said.Length > MostOfAnAnswer ? said[..MostOfAnAnswer] + "…" : said)}";
    }

    private static string Spent(EvalReport report)
    {
        var cost = report.Cost;
        var total = string.Create(CultureInfo.InvariantCulture, $"cost {cost.TotalUsd:0.######} USD");
        if (cost.RetriesUsd is { } retries)
            total += string.Create(CultureInfo.InvariantCulture, $", of it {retries:0.######} for retries");
        if (cost.JudgeUsd is { } judge)
            total += string.Create(CultureInfo.InvariantCulture, $"; judge {judge:0.######} USD{(cost.JudgeUnknown is { } open ? $" and {open} cases without a price" : "")}");
        if (cost.Unknown > 0)
            total += $"; {cost.Unknown} cases without a price";
        var times = report.Latency.P50Ms is null ? "no latency" : string.Create(CultureInfo.InvariantCulture, $"p50 {report.Latency.P50Ms:0.#} ms, p95 {report.Latency.P95Ms:0.#} ms");
        return string.Create(CultureInfo.InvariantCulture, $"{total}; {times}; {report.DurationMs / 1000.0:0.0} s");
    }

    private static string Next(EvalReport report) => (report.Verdict, report.Baseline) switch
    {
        (Verdict.Pass, _) => "Next: llmops push, then llmops bundle create.",
        (Verdict.Fail, _) => "Next: mend what the failed gates name and run the suite again.",
        (_, null) when report.Gates.Any(gate => IsUncompared(gate, report)) => "Next: compare with something: --baseline production, or the report of the version before (--prompt OLD --out old.json, then --baseline old.json).",
        _ when report.Gates.Count == 0 => "Next: give the policy a gate; without one nothing can pass.",
        _ when report.Gates.All(gate => !IsToMend(gate, report) || gate.CasesNeeded is null) => "Next: do what the open gates say above; more cases would not decide them.",
        _ => "Next: add as many cases as the open gates ask for, or let them warn in the policy (on_inconclusive: warn).",
    };

    private static async Task GitHub(Terminal terminal, EvalReport report, EvalReport? baseline, EvalQuestion asked, CancellationToken ct)
    {
        foreach (var annotation in ReportAnnotations.Of(report, asked.Suite.Name))
            terminal.Annotate(annotation);
        await Summary(ReportMarkdown.Write(report, baseline, ReportMarkdown.SummaryLimit), ct);
    }

    /// <summary>What stands in the comment and the summary where there is no report: a change without one may not look like a change that passed.</summary>
    internal static async Task Missing(FileInfo suite, Refusal refusal, FileInfo? markdown, bool github, CancellationToken ct)
    {
        var known = suite.Exists ? Suite.Parse(await File.ReadAllTextAsync(suite.FullName, ct), suite.Name).Value : null;
        var text = ReportMarkdown.Missing(Path.GetFileNameWithoutExtension(known?.Dataset ?? suite.Name), refusal);
        if (markdown is not null)
            await To(markdown, text, ct);
        if (github)
            await Summary(text, ct);
    }

    private static async Task Summary(string text, CancellationToken ct)
    {
        if (Environment.GetEnvironmentVariable("GITHUB_STEP_SUMMARY") is { Length: > 0 } summary)
            await File.AppendAllTextAsync(summary, text + "\n", ct);
    }

    private static async Task To(FileInfo file, string text, CancellationToken ct)
    {
        file.Directory?.Create();
        await File.WriteAllTextAsync(file.FullName, text, ct);
    }
}
