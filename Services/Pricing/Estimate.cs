namespace LlmOps.Pricing;

/// <summary>A month's cost from requests and typical tokens. Amounts of a month have 2 decimals, the amount per request 6.</summary>
public sealed record Estimate(
    string Model, long Requests, decimal MonthlyInputCost, decimal MonthlyOutputCost, decimal TotalMonthlyCost, decimal CostPerRequest)
{
    public const long DefaultInput = 500;
    public const long DefaultOutput = 150;

    /// <param name="requests">A month's requests, 0 or more.</param>
    /// <param name="input">Tokens per request.</param>
    /// <param name="output">Tokens per request.</param>
    public static Result<Estimate> Monthly(
        PriceBook book, string model, long requests, DateTimeOffset at, long input = DefaultInput, long output = DefaultOutput)
    {
        if (requests < 0 || input < 0 || output < 0)
            return Refusal.Invalid("negative-count", "Requests and tokens must be 0 or more.");
        var question = book.Price(model, TokenUsage.Of(input, 0), at);
        var answer = book.Price(model, TokenUsage.Of(0, output), at);
        if (question + answer is Cost.Unknown unknown)
            return Refusal.NotFound("unknown-price", unknown.Reason);

        var (perInput, perOutput) = (question.KnownUsd!.Value, answer.KnownUsd!.Value);
        return new Estimate(
            model, requests, Cents(perInput * requests), Cents(perOutput * requests), Cents((perInput + perOutput) * requests),
            decimal.Round(perInput + perOutput, 6, MidpointRounding.AwayFromZero));
    }

    private static decimal Cents(decimal usd) => decimal.Round(usd, 2, MidpointRounding.AwayFromZero);
}
