using System.Text.Json.Nodes;
using LlmOps.Pricing;

namespace LlmOps.Tests.Pricing;

public sealed class PriceBookTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static decimal? Usd(string model, TokenUsage usage) => PriceBook.BuiltIn.Price(model, usage, Noon).KnownUsd;

    [Theory] // G1, G2, G3
    [InlineData("gpt-4o-mini", "0.000165")]
    [InlineData("claude-3.5-sonnet", "0.003750")]
    [InlineData("gpt-4o", "0.002750")]
    [InlineData("self-hosted-llama-70b", "0.000520")]
    public void The_published_prices_are_exact(string model, string usd) =>
        Assert.Equal(decimal.Parse(usd, System.Globalization.CultureInfo.InvariantCulture), Usd(model, TokenUsage.Of(500, 150)));

    [Fact] // G4
    public void A_switch_costs_what_was_published()
    {
        var delta = Usd("claude-3.5-sonnet", TokenUsage.Of(500, 150)) - Usd("gpt-4o-mini", TokenUsage.Of(500, 150));

        Assert.Equal(0.003585m, delta);
        Assert.Equal(836_820, (double)(3000m / delta!.Value), 0.5);
    }

    [Fact]
    public void An_unknown_model_is_unknown_and_never_zero()
    {
        var cost = PriceBook.BuiltIn.Price("gpt-99", TokenUsage.Of(500, 150), Noon);

        Assert.Contains("gpt-99", Assert.IsType<Cost.Unknown>(cost).Reason, StringComparison.Ordinal);
        Assert.Null(cost.KnownUsd);
        Assert.IsType<Cost.Unknown>(cost + new Cost.Known(1));
        Assert.IsType<Cost.Unknown>(new Cost.Known(1) + cost);
    }

    [Fact]
    public void A_class_without_a_price_is_unknown() =>
        Assert.IsType<Cost.Unknown>(PriceBook.BuiltIn.Price("self-hosted-llama-70b", new TokenUsage(500, 1, 0, 0, 150, 0), Noon));

    [Fact]
    public void Each_class_has_its_own_price() =>
        Assert.Equal((400 * 3m + 100 * 0.3m + 10 * 3.75m + 20 * 6m + 150 * 15m) / 1_000_000, Usd("claude-3.5-sonnet", new TokenUsage(400, 100, 10, 20, 150, 50)));

    [Theory]
    [InlineData("gpt-4o/2024-11-20", true)]
    [InlineData("gpt-4o-2024-11-20", true)]
    [InlineData("embedded/extractive", true)]
    [InlineData("embedded/extractive/1", true)]
    [InlineData("openai/gpt-4o", true)]
    [InlineData("embedded/unheard-of", false)]
    public void A_pin_finds_the_price_of_its_model(string model, bool known) => Assert.Equal(known, Usd(model, TokenUsage.Of(1, 1)) is not null);

    [Fact]
    public void A_price_holds_from_its_first_moment_until_the_next_price()
    {
        var book = PriceBook.Parse("""
            { "models": [
              { "model": "m", "until": "2026-02-01T00:00:00Z", "input": 1, "output": 1 },
              { "model": "m", "from": "2026-02-01T00:00:00Z", "until": "2026-03-01T00:00:00Z", "input": 2, "output": 2 } ] }
            """, "prices.json").Value!;
        var switchover = new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal(1m, book.Price("m", TokenUsage.Of(1_000_000, 0), switchover.AddTicks(-1)).KnownUsd);
        Assert.Equal(2m, book.Price("m", TokenUsage.Of(1_000_000, 0), switchover).KnownUsd);
        Assert.IsType<Cost.Unknown>(book.Price("m", TokenUsage.Of(1_000_000, 0), switchover.AddMonths(1)));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{ "models": [] }""")]
    [InlineData("""{ "models": [{ "model": "m", "inptu": 1 }] }""")]
    [InlineData("""{ "models": [{ "model": "m", "input": -1 }] }""")]
    [InlineData("""{ "models": [{ "model": "m", "input": 1 }, { "model": "n", "aliases": ["m"], "input": 2 }] }""")]
    [InlineData("""{ "models": [{ "model": "m", "from": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z" }] }""")]
    public void A_broken_book_is_refused(string json) => Assert.Equal("bad-price-book", PriceBook.Parse(json, "prices.json").Refusal!.Code);

    [Fact]
    public void The_version_follows_the_content()
    {
        var book = PriceBook.BuiltIn;

        Assert.Equal(book.Version, new PriceBook(book.Note, [.. book.Models]).Version);
        Assert.NotEqual(book.Version, new PriceBook(book.Note, [.. book.Models.Skip(1)]).Version);
    }

    [Fact] // R136, R137
    public void A_month_is_estimated_to_the_cent()
    {
        var estimate = Estimate.Monthly(PriceBook.BuiltIn, "gpt-4o-mini", 100_000, Noon).Value!;

        Assert.Equal(new Estimate("gpt-4o-mini", 100_000, 7.50m, 9.00m, 16.50m, 0.000165m), estimate);
        Assert.Equal("unknown-price", Estimate.Monthly(PriceBook.BuiltIn, "gpt-99", 100_000, Noon).Refusal!.Code);
        Assert.Equal(0m, Estimate.Monthly(PriceBook.BuiltIn, "gpt-4o", 0, Noon).Value!.TotalMonthlyCost);
    }
}
