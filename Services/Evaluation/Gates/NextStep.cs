using System.Globalization;

namespace LlmOps.Evaluation;

/// <summary>What would end an open question, the cheapest first: more cases with their price, a margin that these cases can decide, or the risk.</summary>
internal static class NextStep
{
    internal static string Of(GateResult gate, IReadOnlyList<CaseResult> candidate)
    {
        var more = gate.CasesNeeded is { } needed ? string.Create(CultureInfo.InvariantCulture, $"About {needed:N0} more cases{Price(needed, candidate)} would decide it") : null;
        var wider = gate is { Margin: > 0 and var margin, Detectable: { } detectable } && detectable > margin
            ? string.Create(CultureInfo.InvariantCulture, $"these {gate.N:N0} can decide a margin of {detectable:0.##} {gate.Unit}") : null;
        var risk = gate.Decides ? "accept the risk (on_inconclusive: warn)" : null;
        string[] steps = [.. new[] { more, wider, risk }.OfType<string>()];
        return steps.Length == 0 ? "" : $"{char.ToUpperInvariant(steps[0][0])}{string.Join("; or ", steps)[1..]}.";
    }

    private static string Price(long cases, IReadOnlyList<CaseResult> candidate)
    {
        var known = candidate.Where(result => result.CostUsd is not null).ToList();
        return known.Count > 0 && known.Average(result => result.CostUsd!.Value) * cases is var usd && usd >= 0.01m
            ? string.Create(CultureInfo.InvariantCulture, $" (about {usd:0.00} USD)") : "";
    }
}
