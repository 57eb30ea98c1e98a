using LlmOps.Pricing;

namespace LlmOps.Costs;

/// <summary>Puts the book that the product comes with in force at start, once per version.</summary>
public sealed class PriceBookSeed(PriceBookStore store, TimeProvider clock) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var book = PriceBook.BuiltIn;
        var fact = new AuditFact("service:costs", Role.Service, "seed", $"price-book:{book.Version}", Before: null, book.Version, "The book that the product comes with", RequestId: null);
        return store.Put(book, fact, clock.GetUtcNow(), cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
