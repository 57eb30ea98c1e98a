using LlmOps.Pricing;

namespace LlmOps.EvalRunner;

/// <summary>The price book in force, asked for again after a while; the last known one holds while Costs is away.</summary>
public sealed class Prices(CostsClient costs, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private PriceBook? book;
    private DateTimeOffset asked;

    /// <summary>Refused while no book was ever had: a run without prices would only have unknown costs.</summary>
    public async Task<Result<PriceBook>> Book(CancellationToken ct)
    {
        if (book is not null && clock.GetUtcNow() - asked < Fresh)
            return book;
        var view = await costs.PriceBook(ct);
        var read = view.Refused ? view.Refusal : PriceBook.Parse(view.Value.Text, "price-book");
        if (!read.Refused)
            (book, asked) = (read.Value, clock.GetUtcNow());
        return book is not null ? book : read;
    }
}
