using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmOps.Gateway;

namespace LlmOps.Tests.Gateway;

public sealed class FeedTests(GatewayService gateway) : IClassFixture<GatewayService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;
    private InferenceStore Store => new(gateway.Database.Source);

    [Fact]
    public async Task A_batch_shipped_twice_is_there_once() // F08
    {
        var batch = Batch(1, 2, 3);

        await Store.Ship("gw-twice", batch, Ct);
        await Store.Ship("gw-twice", batch, Ct);
        await Store.Ship("gw-twice", Batch(2, 3, 4), Ct);

        Assert.Equal([1L, 2L, 3L, 4L], (await Of("gw-twice")).Select(item => item.Position));
        Assert.Equal(4, await Store.Position("gw-twice", Ct));
    }

    [Fact]
    public async Task The_cursor_resumes_where_the_page_ended()
    {
        gateway.Serve("paged", Bundles.Make());
        for (var i = 0; i < 5; i++)
            (await gateway.Post(GatewayService.Ask("paged", $"question {i}"))).Dispose();
        var whole = Own(await gateway.Feed());
        var feed = new GatewayClient(gateway.AsService("evals"));

        var pages = new List<FeedItem>();
        string? cursor = null;
        while ((await feed.Feed(cursor, 2, Ct)).Value is { Items.Count: > 0 } page)
        {
            pages.AddRange(page.Items);
            cursor = page.Cursor;
        }

        Assert.Equal(5, whole.Count(record => record.Route == "paged"));
        Assert.Equal(whole.Select(record => record.RequestId), Own(pages).Select(record => record.RequestId));
        Assert.Equal("cursor-unreadable", (await feed.Feed("no cursor", 2, Ct)).Refusal?.Code);
    }

    [Fact]
    public async Task A_busy_gateway_does_not_hold_up_another()
    {
        await Store.Ship("gw-busy", Batch([.. Enumerable.Range(1, 20)]), Ct);
        await Store.Ship("gw-calm", Batch(1), Ct);

        var page = await Store.After(new Dictionary<string, long>(), null, 10, Ct);

        Assert.Contains(page, item => item.Gateway == "gw-calm");
        Assert.Equal(page.Where(item => item.Gateway == "gw-busy").Select(item => item.Position), page.Where(item => item.Gateway == "gw-busy").Select(item => item.Position).Order());
    }

    [Fact]
    public async Task Feedback_reaches_the_feed_with_the_arm_it_belongs_to_before_and_after_shipping()
    {
        var (stable, canary) = (Bundles.Make(), Bundles.Make(Bundles.Saying("Canary: {question}")));
        gateway.Serve(Bundles.Route("judged", stable, new CanaryEntry("rel_judged", canary.Id, 100, Step: 1)), stable, canary);
        var body = GatewayService.Ask("judged", "x");
        body["user"] = "guest-1";
        using var response = await gateway.Post(body);
        var request = GatewayService.RequestId(response);
        var client = new GatewayClient(gateway.As(Role.Product));

        var early = await client.Give(new GiveFeedback(request, Correct: false, null, "wrong"), Ct);
        await gateway.Feed();
        var late = await client.Give(new GiveFeedback(request, null, Score: 0.5, null), Ct);

        Assert.Equal((request, request), (early.Value?.RequestId, late.Value?.RequestId));
        var given = (await gateway.Feed()).Select(item => item.Feedback).OfType<FeedbackRecord>().Where(feedback => feedback.RequestId == request).ToList();
        Assert.Equal([(false, null, "wrong"), ((bool?)null, (double?)0.5, (string?)null)], given.Select(feedback => (feedback.Correct, feedback.Score, feedback.Comment)));
        Assert.All(given, feedback => Assert.Equal((Arm.Canary, "rel_judged", 1, canary.Id, "product@local"), (feedback.Arm, feedback.Release, feedback.Step, feedback.Bundle, feedback.Person)));
    }

    [Fact]
    public async Task Feedback_on_an_unknown_request_or_without_a_word_is_refused()
    {
        var client = new GatewayClient(gateway.As(Role.Engineer));

        Assert.Equal("inference-not-found", (await client.Give(new GiveFeedback("req_nobody", true, null, null), Ct)).Refusal?.Code);
        Assert.Equal("feedback-empty", (await client.Give(new GiveFeedback("req_nobody", null, null, null), Ct)).Refusal?.Code);
        using var range = await gateway.As(Role.Engineer).PostAsJsonAsync("/v1/feedback", new { requestId = "req_nobody", score = 1.5 }, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, range.StatusCode);
    }

    [Fact]
    public async Task A_NUL_character_which_Postgres_does_not_take_holds_up_no_record()
    {
        var bundle = Bundles.Make(model: "openai/gpt-4o@2024-11-20");
        gateway.Serve("nul", bundle);
        gateway.Provider = _ => Task.FromResult(StubHttp.Json(JsonNode.Parse("""{"choices":[{"index":0,"message":{"content":"x"},"finish_reason":"a\u0000b"}]}""")!));

        using var answered = await gateway.Post(GatewayService.Ask("nul", "x"));
        using var pinned = await gateway.Post(GatewayService.Ask("a\0b", "x"), bundle.Id);
        var given = await new GatewayClient(gateway.As(Role.Engineer)).Give(new GiveFeedback(GatewayService.RequestId(answered), true, null, "fine\0 indeed"), Ct);

        Assert.Equal(HttpStatusCode.BadRequest, pinned.StatusCode);
        Assert.False(given.Refused);
        Assert.Equal("other", (await gateway.Recorded(GatewayService.RequestId(answered))).FinishReason);
        Assert.Equal("fine indeed", Assert.Single(await gateway.Feed(), item => item.Feedback?.RequestId == GatewayService.RequestId(answered)).Feedback!.Comment);
    }

    /// <summary>What this gateway's own journal holds: order is kept within one gateway only.</summary>
    private List<InferenceRecord> Own(IEnumerable<FeedItem> items) =>
        [.. items.Select(item => item.Inference).OfType<InferenceRecord>().Where(record => record.Gateway == gateway.Get<Journal>().Gateway)];

    private async Task<IEnumerable<PlacedItem>> Of(string name) => (await Store.After(new Dictionary<string, long>(), null, 1000, Ct)).Where(item => item.Gateway == name);

    private static List<JournalEntry> Batch(params int[] positions) => [.. positions.Select(position => new JournalEntry(position, null, JournalTests.Record($"req_batch_{position}"), null))];
}
