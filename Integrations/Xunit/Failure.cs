using System.Globalization;
using LlmOps.Cli;

namespace LlmOps.Xunit;

/// <summary>What a failed test says.</summary>
internal static class Failure
{
    internal static string Of(Refusal refusal) => Terminal.Inert($"{refusal.Detail} [{refusal.Code}]");

    internal static string Of(string input, CaseResult result) => Terminal.Inert(string.Join('\n', result.Error is { } error
        ? [$"{result.Id} was not answered: {error}", $"input: {input}"]
        : [$"{result.Id} did not pass.", $"input: {input}", $"output: {result.Output}", .. Scores(result)]));

    internal static string Of(EvalReport report) => Terminal.Inert(string.Join('\n', (string[])
    [
        $"{Word(report.Verdict)}: {report.Bundle} on {report.Dataset.Name}, {report.Dataset.Cases} cases, against {report.Baseline?.Bundle ?? "nothing"}.",
        .. report.Gates.OrderBy(gate => gate.Verdict == Verdict.Pass).Select(gate =>
            $"- {Word(gate.Verdict)}{(gate is { Verdict: Verdict.Inconclusive, Decides: false } ? ", warns" : "")}: {(gate.Segment is { } segment ? $"{segment}: " : "")}{gate.Metric}: {gate.Reason}"),
        .. report is { Verdict: Verdict.Inconclusive, Baseline: null } ? ["Next: name a Baseline, the report of the version before (llmops eval … --out baseline.json) or production."] : Array.Empty<string>(),
    ]));

    /// <summary>Foreign text on one line, with nothing in it that a terminal would obey.</summary>
    internal static string Line(string text) => Terminal.Inert(text).ReplaceLineEndings(" ");

    private static IEnumerable<string> Scores(CaseResult result) => result.Scores.Keys.Union(result.Reasons?.Keys ?? []).Select(name => string.Create(
        CultureInfo.InvariantCulture, $"- {name} {(result.Scores.TryGetValue(name, out var value) ? $"{value:0.###}" : "unknown")}{(result.Reasons?.GetValueOrDefault(name) is { } why ? $": {why}" : "")}"));

    private static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();
}
