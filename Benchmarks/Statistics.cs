using LlmOps.Evaluation;

namespace LlmOps.Benchmarks;

/// <summary>What a verdict costs: the exact interval where it is dearest, and whole gates on a large report.</summary>
internal static class Statistics
{
    private const int Rounds = 5;
    private const int Cases = 10_000;

    private static readonly string[] Metrics =
        ["accuracy, max_drop: 0.02", "groundedness, max_drop: 0.02", "relevance, max_drop: 0.02", "error_rate, max_increase: 0.02", "latency_p95_ms, max_increase_pct: 15, and_ms: 50", "cost_per_1k_usd, max_increase_pct: 10"];

    public static async Task Print(TextWriter output)
    {
        await new Sides("the interval of 199 pairs", Rounds)
            .Loop("exact, 40 gained and 45 lost", 20, () => new PairedRate(40, 45, 199).Bounds(Policy.DefaultAlpha))
            .Loop("exact, no difference", 20, () => new PairedRate(0, 0, 199).Bounds(Policy.DefaultAlpha))
            .Loop("the score interval (Tango)", 20_000, () => new PairedRate(40, 45, 199).Tango(Policy.DefaultAlpha))
            .Print(output);

        var (random, policy) = (new Random(1), Policy.Parse($"gates:\n{string.Join('\n', Metrics.Select(metric => $"- {{ metric: {metric}, segment: each }}"))}", "policy").Value!);
        var (baseline, candidate) = (Report(random), Report(random));
        await new Sides($"{Cases} cases, 6 gates, 5 segments", Rounds)
            .Loop("all gates", 1, () => Gates.Decide(policy, candidate, baseline))
            .Loop("the gates of 200 cases of it", 5, () => Gates.Decide(policy, candidate[..200], baseline[..200]))
            .Print(output);
    }

    private static List<CaseResult> Report(Random random) => [.. Enumerable.Range(0, Cases).Select(i => new CaseResult(
        $"c{i}", $"s{i % 5}", "x", new Dictionary<string, double> { ["accuracy"] = random.NextDouble() < 0.9 ? 1 : 0, ["groundedness"] = random.NextDouble(), ["relevance"] = random.NextDouble() },
        true, null, 400 * Math.Exp(random.NextDouble()), 0.001m + (decimal)random.NextDouble() / 10_000, []))];
}
