using LlmOps.Pricing;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LlmOps.Costs;

public static class PriceBookEndpoints
{
    public static void MapPriceBook(this IEndpointRouteBuilder app)
    {
        var prices = app.MapGroup("").WithTags("Prices").RequireScope(Scope.ReadCosts);

        prices.MapGet("/price-book", Read).WithSummary("The price book in force");
        prices.MapPost("/costs/estimates", EstimateMonth).WithSummary("What a month would cost").ProducesProblem(404);
    }

    private static async Task<Ok<PriceBookView>> Read(PriceBookStore store, CancellationToken ct) =>
        TypedResults.Ok(View((await store.All(ct)).Current));

    private static async Task<Results<Ok<CostEstimate>, ProblemHttpResult>> EstimateMonth(EstimateCost asked, PriceBookStore store, TimeProvider clock, CancellationToken ct)
    {
        var books = await store.All(ct);
        return Estimate.Monthly(books.Current, asked.Model, asked.Requests, clock.GetUtcNow(), asked.Input, asked.Output).ToHttp(View);
    }

    private static PriceBookView View(PriceBook book) => new(book.Version, Json.Write(book));

    private static CostEstimate View(Estimate estimate) => new(
        estimate.Model, estimate.Requests, estimate.MonthlyInputCost, estimate.MonthlyOutputCost, estimate.TotalMonthlyCost, estimate.CostPerRequest);
}
