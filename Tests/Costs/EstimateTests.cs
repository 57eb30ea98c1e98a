using System.Net;
using System.Net.Http.Json;
using LlmOps.Costs;
using LlmOps.Pricing;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Tests.Costs;

public sealed class EstimateTests(CostsService service) : IClassFixture<CostsService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gpt-4o-mini", "0.000165")] // G1
    [InlineData("claude-3.5-sonnet", "0.003750")] // G2
    [InlineData("gpt-4o", "0.002750")] // G3
    [InlineData("self-hosted-llama-70b", "0.000520")] // G3
    public async Task A_request_of_usual_size_costs_what_the_list_says(string model, string usd)
    {
        var estimate = await service.Client(Role.Viewer).Estimate(new(model, 1000), Ct);

        Assert.Equal(decimal.Parse(usd, System.Globalization.CultureInfo.InvariantCulture), estimate.Value?.CostPerRequest);
    }

    [Fact] // G4
    public async Task Switching_models_costs_three_thousand_a_month_at_836820_requests()
    {
        var client = service.Client(Role.Viewer);

        var (cheap, dear) = ((await client.Estimate(new("gpt-4o-mini", 836_820), Ct)).Value!, (await client.Estimate(new("claude-3.5-sonnet", 836_820), Ct)).Value!);

        Assert.Equal(0.003585m, dear.CostPerRequest - cheap.CostPerRequest);
        Assert.Equal(3000.00m, dear.TotalMonthlyCost - cheap.TotalMonthlyCost);
    }

    [Fact] // R139
    public async Task An_unknown_model_is_refused_and_never_free()
    {
        var estimate = await service.Client(Role.Viewer).Estimate(new("gpt-9", 1000), Ct);

        Assert.Equal("unknown-price", estimate.Refusal?.Code);
    }

    [Fact]
    public async Task A_negative_count_is_refused()
    {
        var estimate = await service.Client(Role.Viewer).Estimate(new("gpt-4o", -1), Ct);

        Assert.Equal(RefusalKind.Invalid, estimate.Refusal?.Kind);
    }

    [Fact]
    public async Task The_book_is_put_in_force_once_and_audited()
    {
        await service.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<PriceBookSeed>().Single().StartAsync(Ct);

        var book = (await service.Client(Role.Viewer).PriceBook(Ct)).Value!;
        var audit = await service.As(Role.Auditor).GetFromJsonAsync<AuditPage>("audit", Json.Options, Ct);
        Assert.Equal(PriceBook.BuiltIn.Version, book.Version);
        Assert.Equal(book.Version, PriceBook.Parse(book.Text, "book").Value?.Version);
        Assert.Equal($"price-book:{book.Version}", Assert.Single(audit!.Entries).Object);
    }

    [Fact]
    public async Task Without_a_key_nothing_is_told()
    {
        foreach (var path in new[] { "price-book", "costs/bundles", "audit" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await service.CreateClient().GetAsync(path, Ct)).StatusCode);
    }
}
