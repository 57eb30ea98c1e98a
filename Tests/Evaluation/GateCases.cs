using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation;

/// <summary>Case results for gates, and gates on them.</summary>
internal static class GateCases
{
    internal static CaseResult Case(int id, double score = 1, string? segment = null, string? error = null, double? latency = 100, decimal? cost = 0.001m, ReportTokens? tokens = null) =>
        new($"c{id}", segment, "x", error is null ? new Dictionary<string, double> { ["accuracy"] = score } : [], score >= 1, error, latency, cost, [], Tokens: tokens);

    internal static List<CaseResult> Cases(int n, Func<int, CaseResult> make) => [.. Enumerable.Range(0, n).Select(make)];

    internal static IReadOnlyList<GateResult> Decide(string policy, IReadOnlyList<CaseResult> candidate, IReadOnlyList<CaseResult>? baseline, int? size = null)
    {
        var read = Policy.Parse(policy, "p.yaml");
        return read.Refused ? throw new InvalidOperationException(read.Refusal.Detail) : Gates.Decide(read.Value, candidate, baseline, seed: 0, size);
    }

    internal static CaseResult In(this CaseResult result, string field, string value) => result with { Slices = new Dictionary<string, string> { [field] = value } };
}
