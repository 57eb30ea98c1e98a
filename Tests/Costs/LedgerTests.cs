using System.Text.Json;
using LlmOps.Costs;
using LlmOps.Pricing;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Tests.Costs;

public sealed class LedgerTests(CostsService service) : IClassFixture<CostsService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact] // F08
    public async Task A_page_delivered_again_counts_once()
    {
        var items = Enumerable.Range(0, 10).Select(n => Item(CostsService.Inference($"req_twice{n}", "twice"))).ToArray();
        var cursor = await Cursor();
        service.Feed = after => Page(after == cursor ? items : after == "t1" ? [.. items.Reverse()] : [], after == cursor ? "t1" : "t2");

        await service.Pass(Ct);
        var once = Assert.Single((await service.Client(Role.Viewer).Bundles("twice", Ct)).Value!);
        await service.Pass(Ct);
        var twice = Assert.Single((await service.Client(Role.Viewer).Bundles("twice", Ct)).Value!);

        Assert.Equal((10L, 0.00165m, TokenUsage.Of(5000, 1500)), (once.Inferences, once.Usd, once.Tokens));
        Assert.Equal(once, twice);
        Assert.Equal("t2", await Cursor());
    }

    [Fact] // F09
    public async Task Rows_and_cursor_move_together_or_not_at_all()
    {
        var store = service.Services.GetRequiredService<LedgerStore>();
        var books = await service.Services.GetRequiredService<PriceBookStore>().All(Ct);
        var page = LedgerPage.Of(new([JsonSerializer.SerializeToElement(Item(CostsService.Inference("req_race", "race")), Json.Options)], "r1"), books);

        var booked = await store.Book(page, after: "a cursor of another replica's past", "r1", service.Clock.Now, Ct);

        Assert.False(booked);
        Assert.Empty(await store.Bundles("race", Ct));
        Assert.NotEqual("r1", await Cursor());
    }

    [Fact]
    public async Task An_unknown_price_is_never_zero()
    {
        await Feed(CostsService.Inference("req_known", "unknown"), CostsService.Inference("req_unknown", "unknown", model: "nobody/knows"));

        var cost = Assert.Single((await service.Client(Role.Viewer).Bundles("unknown", Ct)).Value!);

        Assert.Equal((2L, 1L, 0.000165m), (cost.Inferences, cost.Unknown, cost.Usd));
    }

    [Fact]
    public async Task Bundles_and_arms_are_kept_apart()
    {
        await Feed(
            CostsService.Inference("req_s", "arms"), CostsService.Inference("req_c", "arms", bundle: "b_2", arm: Arm.Canary),
            CostsService.Inference("req_e", "arms", bundle: "b_2", arm: Arm.Eval), CostsService.Inference("req_f", "arms", bundle: "b_2", arm: Arm.Canary, outcome: Outcome.Error));

        var costs = (await service.Client(Role.Viewer).Bundles("arms", Ct)).Value!;

        Assert.Equal([("b_1", "stable", 1L, 0L), ("b_2", "canary", 2L, 1L), ("b_2", "eval", 1L, 0L)], costs.Select(cost => (cost.Bundle, cost.Arm, cost.Inferences, cost.Failed)));
    }

    [Fact] // F14
    public async Task A_broken_record_is_set_aside_and_the_rest_flows()
    {
        var cursor = await Cursor();
        var good = CostsService.Inference("req_good", "poison");
        object[] items =
        [
            new { inference = "no object" }, new { }, Item(good with { RequestId = "req_bad", Tokens = TokenUsage.Of(-1, 0) }), Item(good with { RequestId = "req\0" }),
            Item(good with { RequestId = "req_open", Outcome = Outcome.Open }), Item(good), new FeedItem(null, new("req_good", "poison", Arm.Stable, null, null, "b_1", true, null, "guest", service.Clock.Now)),
        ];
        service.Feed = after => Page(after == cursor ? items : [], "p1");

        await service.Pass(Ct);

        Assert.Equal(1, Assert.Single((await service.Client(Role.Viewer).Bundles("poison", Ct)).Value!).Inferences);
        Assert.Equal("p1", await Cursor());
        await using var command = service.Database.Source.CreateCommand("select count(*) from quarantine where reason <> ''");
        Assert.Equal(5L, await command.ExecuteScalarAsync(Ct));
    }

    [Fact]
    public async Task Nothing_moves_while_the_feed_is_away()
    {
        var cursor = await Cursor();
        service.Feed = _ => new(System.Net.HttpStatusCode.ServiceUnavailable);

        await service.Pass(Ct);

        Assert.Equal(cursor, await Cursor());
    }

    [Fact] // F21
    public void An_inference_is_priced_by_the_book_in_force_when_it_started()
    {
        var (old, current) = (Book(1), Book(2));
        var change = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
        var books = new PriceBooks([new(old, change.AddDays(-1)), new(current, change)]);
        var record = CostsService.Inference("req_1", "app", model: "m") with { Tokens = TokenUsage.Of(1_000_000, 0) };

        Assert.Equal(1m, LedgerEntry.Of(record with { StartedAt = change.AddTicks(-1) }, books).Usd);
        Assert.Equal(2m, LedgerEntry.Of(record with { StartedAt = change }, books).Usd);
        Assert.Equal((1m, old.Version), (LedgerEntry.Of(record with { StartedAt = change.AddYears(-1) }, books).Usd, LedgerEntry.Of(record with { StartedAt = change.AddYears(-1) }, books).PriceBook));
    }

    private static PriceBook Book(decimal input) => new(null, [new("m", null, null, null, input, null, null, null, input, null, null)]);

    private static FeedItem Item(InferenceRecord inference) => new(inference, null);

    private static HttpResponseMessage Page(IReadOnlyList<object> items, string cursor) => StubHttp.Json(new { items, cursor });

    private Task<string> Cursor() => service.Services.GetRequiredService<LedgerStore>().Cursor(Ct).ContinueWith(cursor => cursor.Result ?? "", TaskScheduler.Default);

    private async Task Feed(params InferenceRecord[] inferences)
    {
        var cursor = await Cursor();
        service.Feed = after => Page(after == cursor ? [.. inferences.Select(Item)] : [], $"after {inferences[0].RequestId}");
        await service.Pass(Ct);
    }
}
