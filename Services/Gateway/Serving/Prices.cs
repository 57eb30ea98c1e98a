using LlmOps.Pricing;
using Microsoft.Extensions.Options;

namespace LlmOps.Gateway;

/// <summary>The price book as last heard of, for the answer's cost header. The ledger is Costs' own.</summary>
public sealed class Prices(IOptions<StorageOptions> storage)
{
    private volatile PriceBook? book;

    private string File => Path.Combine(storage.Value.Sub("prices"), "prices.json");

    /// <summary>Null where the book is not known or does not know the model.</summary>
    public decimal? Usd(string model, TokenUsage usage, DateTimeOffset at) => book?.Price(model, usage, at).KnownUsd;

    public async Task Take(PriceBookView view, CancellationToken ct)
    {
        if (!Read(view.Text))
            return;
        var fresh = File + ".new";
        await System.IO.File.WriteAllTextAsync(fresh, view.Text, ct);
        System.IO.File.Move(fresh, File, overwrite: true);
    }

    public async Task Restore(CancellationToken ct)
    {
        if (System.IO.File.Exists(File))
            Read(await System.IO.File.ReadAllTextAsync(File, ct));
    }

    private bool Read(string text)
    {
        var read = PriceBook.Parse(text, "price book");
        if (read.Refused || read.Value.Version == book?.Version)
            return false;
        book = read.Value;
        return true;
    }
}

/// <summary>Keeps the price book fresh. Without Costs the last one stays in use.</summary>
public sealed class PriceWorker(CostsClient costs, Prices prices, TimeProvider clock, ILogger<PriceWorker> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await log.Guard(() => prices.Restore(stoppingToken));
        using var timer = new PeriodicTimer(Period, clock);
        do
            await log.Guard(() => Pass(stoppingToken));
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public async Task Pass(CancellationToken ct)
    {
        var book = await costs.PriceBook(ct);
        if (!book.Refused)
            await prices.Take(book.Value, ct);
    }
}
