using System.ComponentModel.DataAnnotations;

namespace LlmOps;

/// <summary>The price book in force.</summary>
/// <param name="Version">Content hash of <paramref name="Text"/>.</param>
/// <param name="Text">The book, as the Pricing library reads it.</param>
public sealed record PriceBookView(string Version, string Text);

/// <summary>What one bundle cost on one arm.</summary>
/// <param name="Inferences">Ledger rows: each inference of the gateway once.</param>
/// <param name="Usd">Sum over the priced rows.</param>
/// <param name="Unknown">Rows without a price; never counted as 0.</param>
/// <param name="Estimated">Rows whose tokens were counted here because the provider sent none.</param>
public sealed record BundleCost(string App, string Bundle, string Label, string Arm, long Inferences, long Failed, TokenUsage Tokens, decimal Usd, long Unknown, long Estimated);

public sealed record EstimateCost([property: Required] string Model, [property: Range(0, long.MaxValue)] long Requests, [property: Range(0, 10_000_000)] long Input = 500, [property: Range(0, 10_000_000)] long Output = 150);

public sealed record CostEstimate(string Model, long Requests, decimal MonthlyInputCost, decimal MonthlyOutputCost, decimal TotalMonthlyCost, decimal CostPerRequest);

public sealed class CostsClient(HttpClient http) : ServiceClient(http)
{
    public Task<Result<PriceBookView>> PriceBook(CancellationToken ct) => Get<PriceBookView>("price-book", ct);

    public Task<Result<IReadOnlyList<BundleCost>>> Bundles(string? app, CancellationToken ct) => GetList<BundleCost>($"costs/bundles?app={Esc(app ?? "")}", ct);

    public Task<Result<CostEstimate>> Estimate(EstimateCost estimate, CancellationToken ct) => Post<CostEstimate>("costs/estimates", estimate, ct);
}
