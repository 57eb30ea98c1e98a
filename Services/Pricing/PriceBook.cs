using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmOps.Pricing;

/// <summary>US dollars per million tokens of each class, for a time. A class without a price makes the cost of such tokens unknown.</summary>
/// <param name="Aliases">Other names of the same model at the same price.</param>
/// <param name="From">First moment the price holds; null: always did.</param>
/// <param name="Until">First moment it no longer holds; null: still does.</param>
/// <param name="Reasoning">Null: reasoning costs what output costs.</param>
/// <param name="Source">Where the price was read.</param>
public sealed record ModelPrice(
    string Model, IReadOnlyList<string>? Aliases, DateTimeOffset? From, DateTimeOffset? Until, decimal? Input, decimal? CachedRead,
    decimal? CachedWrite5m, decimal? CachedWrite1h, decimal? Output, decimal? Reasoning, string? Source)
{
    public bool Holds(DateTimeOffset at) => (From is null || at >= From) && (Until is null || at < Until);

    public bool Names(string model) => Model == model || Aliases?.Contains(model) == true;
}

/// <summary>What models cost, and when. Its version is the hash of its content: an amount can always name the book it was reckoned by.</summary>
/// <param name="Note">What a reader of the book should know about it.</param>
public sealed record PriceBook(string? Note, IReadOnlyList<ModelPrice> Models)
{
    private const decimal Million = 1_000_000m;

    private static readonly JsonSerializerOptions Strict = new(Json.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow }; // stands above BuiltIn, which needs it

    /// <summary>The book the product comes with: the published list of early 2025, and nominal prices of the embedded models.</summary>
    public static PriceBook BuiltIn { get; } = ReadBuiltIn();

    [JsonIgnore]
    public string Version => field ??= ContentHash.Of(new { Note, Models });

    public static Result<PriceBook> Parse(string json, string file)
    {
        PriceBook book;
        try
        {
            book = JsonSerializer.Deserialize<PriceBook>(json, Strict) ?? throw new JsonException("it is null");
        }
        catch (JsonException broken)
        {
            return Refusal.Invalid("bad-price-book", $"{file}:{broken.LineNumber + 1}: this is no price book: {broken.Message} See the built-in book for the form.");
        }
        return book.Fault() is { } fault ? Refusal.Invalid("bad-price-book", $"{file}: {fault}") : book;
    }

    /// <summary>The price of tokens at a time. A provider before the model's name (<c>openai/gpt-4o</c>) or a version behind it
    /// (<c>gpt-4o/2024-11-20</c>) falls back to the name alone.</summary>
    public Cost Price(string model, TokenUsage usage, DateTimeOffset at)
    {
        var named = Names(model).Select(name => Models.Where(price => price.Names(name)).ToList()).FirstOrDefault(found => found.Count > 0) ?? [];
        if (named.Count == 0)
            return new Cost.Unknown($"The price book has no model \"{model}\". Add its prices, or correct the name.");
        if (named.Find(price => price.Holds(at)) is not { } found)
            return new Cost.Unknown($"The price book has no price of \"{model}\" for {at:yyyy-MM-dd}. Add one that holds then.");

        var usd = 0m;
        foreach (var (tokens, price, name) in Classes(usage, found))
        {
            if (tokens < 0)
                return new Cost.Unknown($"The usage of \"{model}\" counts {tokens} {name} tokens; the provider's report is broken.");
            if (tokens == 0)
                continue;
            if (price is null)
                return new Cost.Unknown($"The price book has no {name} price of \"{model}\". Add it.");
            usd += tokens * price.Value / Million;
        }
        return new Cost.Known(usd);
    }

    private static (long Tokens, decimal? Price, string Name)[] Classes(TokenUsage usage, ModelPrice price) =>
    [
        (usage.Input, price.Input, "input"),
        (usage.CachedRead, price.CachedRead, "cached-read"),
        (usage.CachedWrite5m, price.CachedWrite5m, "5-minute cache-write"),
        (usage.CachedWrite1h, price.CachedWrite1h, "1-hour cache-write"),
        (usage.Output - usage.Reasoning, price.Output, "output"),
        (usage.Reasoning, price.Reasoning ?? price.Output, "reasoning"),
    ];

    private string? Fault()
    {
        if (Models is null or [])
            return "it has no models. Add at least one.";
        foreach (var price in Models)
        {
            if (string.IsNullOrWhiteSpace(price.Model))
                return "a price has no model. Name it.";
            if (new[] { price.Input, price.CachedRead, price.CachedWrite5m, price.CachedWrite1h, price.Output, price.Reasoning }.Any(usd => usd < 0))
                return $"\"{price.Model}\" has a price below zero. Correct it.";
            if (price.From >= price.Until)
                return $"\"{price.Model}\" ends before it begins. Correct from or until.";
        }
        var names = Models.SelectMany(price => (price.Aliases ?? []).Append(price.Model).Select(name => (name, price))).GroupBy(pair => pair.name);
        foreach (var same in names)
        {
            var periods = same.Select(pair => pair.price).OrderBy(price => price.From ?? DateTimeOffset.MinValue).ToList();
            foreach (var (earlier, later) in periods.Zip(periods.Skip(1)))
            {
                if (earlier.Until is null || later.From is null || later.From < earlier.Until)
                    return $"two prices of \"{same.Key}\" hold at the same time. End the earlier one where the later begins.";
            }
        }
        return null;
    }

    private static IEnumerable<string> Names(string model) =>
        model.IndexOf('/', StringComparison.Ordinal) is > 0 and var first ? [model, model[..model.LastIndexOf('/')], model[(first + 1)..]] : [model];

    private static PriceBook ReadBuiltIn()
    {
        using var stream = typeof(PriceBook).Assembly.GetManifestResourceStream("prices.json")!;
        using var reader = new StreamReader(stream);
        var book = Parse(reader.ReadToEnd(), "prices.json");
        return book.Value ?? throw new InvalidOperationException(book.Refusal!.Detail);
    }
}
