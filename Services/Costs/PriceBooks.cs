using LlmOps.Pricing;

namespace LlmOps.Costs;

/// <summary>A price book and since when it counts.</summary>
public sealed record BookInForce(PriceBook Book, DateTimeOffset From);

/// <summary>Every book there was, oldest first: an inference is priced by the one that was in force when it started.</summary>
public sealed record PriceBooks(IReadOnlyList<BookInForce> Books)
{
    public PriceBook Current => Books[^1].Book;

    /// <summary>The first book also holds for what came before it: nothing was priced differently then.</summary>
    public PriceBook At(DateTimeOffset at) => (Books.LastOrDefault(book => book.From <= at) ?? Books[0]).Book;
}
