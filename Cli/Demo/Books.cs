using System.Globalization;

namespace LlmOps.Cli;

/// <summary>What must add up when the demo is over: the ledger with the gateway's records, and every audit chain with itself.</summary>
public static class Books
{
    /// <summary>The ledger and the gateway's own records must name the same calls and the same tokens, bundle by bundle and arm by arm.</summary>
    public static async Task<string> Costs(Clients lead, string app, CancellationToken ct)
    {
        var recorded = new Dictionary<(string, string), (long Calls, long Tokens)>();
        string? cursor = null;
        while (true)
        {
            var page = await Stage.Sure(() => lead.Gateway.Feed(cursor, 2000, ct), ct);
            foreach (var call in page.Items.Select(item => item.Inference).OfType<InferenceRecord>().Where(call => call.App == app))
            {
                var at = (call.Bundle, call.Arm.ToString().ToLowerInvariant());
                var (calls, tokens) = recorded.GetValueOrDefault(at);
                recorded[at] = (calls + 1, tokens + Sum(call.Tokens));
            }
            if (page.Items.Count == 0)
                break;
            cursor = page.Cursor;
        }

        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(30);
        while (true)
        {
            var ledger = await Stage.Sure(() => lead.Costs.Bundles(app, ct), ct);
            var booked = ledger.ToDictionary(cost => (cost.Bundle, cost.Arm), cost => (Calls: cost.Inferences, Tokens: Sum(cost.Tokens)));
            if (recorded.Count == booked.Count && recorded.All(at => booked.GetValueOrDefault(at.Key) == at.Value))
            {
                var unknown = ledger.Sum(cost => cost.Unknown);
                return string.Create(CultureInfo.InvariantCulture,
                    $"{booked.Values.Sum(x => x.Calls)} calls and {booked.Values.Sum(x => x.Tokens)} tokens in the ledger as at the gateway, {ledger.Sum(cost => cost.Usd):0.000000} USD{(unknown > 0 ? $", {unknown} without a price" : "")}: {string.Join("; ", ledger.Where(cost => cost.Arm is "stable" or "canary").Select(cost => string.Create(CultureInfo.InvariantCulture, $"{cost.Label} {cost.Arm} {cost.Usd:0.000000}")))}");
            }
            if (TimeProvider.System.GetUtcNow() > deadline)
                throw new StepFailedException($"the ledger has {booked.Values.Sum(x => x.Calls)} calls and {booked.Values.Sum(x => x.Tokens)} tokens, the gateway recorded {recorded.Values.Sum(x => x.Calls)} and {recorded.Values.Sum(x => x.Tokens)}");
            await Task.Delay(500, ct);
        }

        static long Sum(TokenUsage tokens) => tokens.Input + tokens.CachedRead + tokens.CachedWrite5m + tokens.CachedWrite1h + tokens.Output;
    }

    public static async Task<string> Audit(Clients auditor, CancellationToken ct)
    {
        var intact = new List<string>();
        foreach (var service in AuditClient.Services)
        {
            var verdict = await Stage.Sure(() => auditor.Audit.Verify(service, ct), ct);
            if (!verdict.Intact)
                throw new StepFailedException($"the chain of {service} breaks at entry {verdict.FirstBad}: {verdict.Kind}");
            intact.Add($"{service} {verdict.Entries}");
        }
        return $"chains intact: {string.Join(", ", intact)} entries";
    }
}
