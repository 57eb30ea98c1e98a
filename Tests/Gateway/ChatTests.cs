using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using LlmOps.Gateway;

namespace LlmOps.Tests.Gateway;

public sealed class ChatTests(GatewayService gateway) : IClassFixture<GatewayService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_is_answered_by_the_routes_bundle_and_says_which()
    {
        var bundle = Bundles.Make();
        gateway.Serve("whole", bundle);

        using var response = await gateway.Post(GatewayService.Ask("whole@production", "a late room"));

        Assert.Equal("Please help: a late room", await GatewayService.Said(response));
        var headers = response.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value));
        Assert.Equal((bundle.Id, "stable", "guest-agent@1.0.0", "embedded/echo"), (headers["x-llmops-bundle"], headers["x-llmops-arm"], headers["x-llmops-prompt"], headers["x-llmops-model"]));
        Assert.Equal(("1", "0", "off"), (headers["x-llmops-attempts"], headers["x-llmops-fallbacks"], headers["x-llmops-cache"]));
        Assert.True(double.Parse(headers["x-llmops-overhead-ms"], null) >= 0);
    }

    [Fact]
    public async Task The_record_holds_what_the_answer_used_and_no_content()
    {
        gateway.Serve("recorded", Bundles.Make());
        var body = GatewayService.Ask("recorded", "my secret question");
        body["user"] = "guest-1";

        using var response = await gateway.Post(body);

        var usage = (await GatewayService.Read(response))["usage"]!;
        var record = await gateway.Recorded(GatewayService.RequestId(response));
        Assert.Equal(((long)usage["prompt_tokens"]!, (long)usage["completion_tokens"]!), (record.Tokens.Input, record.Tokens.Output));
        Assert.Equal((Outcome.Ok, false, "stop", ContentHash.OfText("guest-1")), (record.Outcome, record.Estimated, record.FinishReason, record.Unit));
        Assert.Equal((18, ContentHash.OfText("my secret question")), (record.InputChars, record.InputHash));
        Assert.DoesNotContain("secret", Json.Write(record), StringComparison.Ordinal);
        Assert.Equal(record, await gateway.As(Role.Engineer).GetAsync($"/inferences/{record.RequestId}", Ct) is { } found ? Json.Read<InferenceRecord>(await found.Content.ReadAsStringAsync(Ct)) with { Flags = record.Flags } : null);
    }

    [Fact]
    public async Task A_stream_says_what_the_whole_answer_says_and_ends_with_done()
    {
        gateway.Serve("streamed", Bundles.Make());
        using var whole = await gateway.Post(GatewayService.Ask("streamed", "a late room, please"));

        using var streamed = await gateway.Post(GatewayService.Ask("streamed", "a late room, please", stream: true));

        var events = await Events(streamed);
        Assert.Equal("text/event-stream", streamed.Content.Headers.ContentType?.MediaType);
        Assert.Equal(await GatewayService.Said(whole), Text(events));
        Assert.Equal("[DONE]", events[^1]);
        Assert.DoesNotContain(events, line => line.Contains("usage", StringComparison.Ordinal));
        var (one, other) = (await gateway.Recorded(GatewayService.RequestId(whole)), await gateway.Recorded(GatewayService.RequestId(streamed)));
        Assert.Equal(one.Tokens, other.Tokens);
        Assert.Null(one.TtftMs);
        Assert.InRange(other.TtftMs!.Value, 0, other.LatencyMs);
    }

    [Fact]
    public async Task The_usage_chunk_is_shown_to_who_asks_for_it()
    {
        gateway.Serve("usage", Bundles.Make());
        var body = GatewayService.Ask("usage", "x", stream: true);
        body["stream_options"] = new JsonObject { ["include_usage"] = true };

        using var response = await gateway.Post(body);

        var events = await Events(response);
        var last = JsonNode.Parse(events[^2])!;
        Assert.Empty(last["choices"]!.AsArray());
        Assert.True((long)last["usage"]!["total_tokens"]! > 0);
    }

    [Fact]
    public async Task A_stream_cut_by_the_model_ends_in_an_error_and_never_in_done() // F31
    {
        gateway.Serve("cut", Bundles.Make(model: "embedded/faulty-cut"));

        using var response = await gateway.Post(GatewayService.Ask("cut", "x", stream: true));

        var events = await Events(response);
        Assert.Equal("stream_cut", JsonNode.Parse(events[^1])!["error"]!["code"]!.ToString());
        var record = await gateway.Recorded(GatewayService.RequestId(response));
        Assert.Equal((Outcome.Error, "stream-cut", true), (record.Outcome, record.ErrorType, record.Estimated));
        Assert.True(record.Tokens.Output > 0, "what was said before the cut is counted");
    }

    [Theory]
    [InlineData("embedded/faulty-500", HttpStatusCode.BadGateway, "server_error")]
    [InlineData("embedded/faulty-429", HttpStatusCode.TooManyRequests, "rate_limit_exceeded")]
    [InlineData("embedded/faulty-malformed", HttpStatusCode.BadGateway, "malformed_answer")]
    public async Task A_models_no_is_an_error_with_a_status_streamed_or_not(string model, HttpStatusCode status, string code)
    {
        gateway.Serve("faulty", Bundles.Make(model: model));

        using var whole = await gateway.Post(GatewayService.Ask("faulty", "x"));
        using var streamed = await gateway.Post(GatewayService.Ask("faulty", "x", stream: true));

        Assert.Equal((status, code), (whole.StatusCode, await GatewayService.ErrorCode(whole)));
        Assert.Equal((status, code), (streamed.StatusCode, await GatewayService.ErrorCode(streamed)));
        Assert.Equal(status == HttpStatusCode.TooManyRequests, whole.Headers.Contains("retry-after"));
        Assert.Equal(Outcome.Error, (await gateway.Recorded(GatewayService.RequestId(whole))).Outcome);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_cannot_be_read_is_an_error_that_is_recorded_and_never_a_short_success(bool stream)
    {
        gateway.Serve("half", Bundles.Make(model: "openai/gpt-4o@2024-11-20"));
        gateway.Provider = _ => Task.FromResult(stream
            ? GatewayService.Events("""{"choices":[{"index":0,"delta":{"content":"\ud800"}}]}""", "[DONE]")
            : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("""{"choices":[{"index":0,"message":{"content":"\ud800"}}]}""") });

        using var response = await gateway.Post(GatewayService.Ask("half", "x", stream));

        Assert.Equal((HttpStatusCode.InternalServerError, "internal"), (response.StatusCode, await GatewayService.ErrorCode(response)));
        var record = await gateway.Recorded(GatewayService.RequestId(response));
        Assert.True(record is { Outcome: Outcome.Error, Estimated: true, Tokens.Input: > 0 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_model_that_took_the_request_and_fell_silent_may_bill_for_it_and_one_never_reached_may_not(bool stream)
    {
        gateway.Serve("silent", Bundles.Make(model: "openai/gpt-4o@2024-11-20"));
        gateway.Provider = _ => throw new TaskCanceledException();
        using var late = await gateway.Post(GatewayService.Ask("silent", "x", stream));
        gateway.Provider = GatewayService.Away;
        using var unreached = await gateway.Post(GatewayService.Ask("silent", "x", stream));

        var feed = (await gateway.Feed()).Select(item => item.Inference).OfType<InferenceRecord>().ToDictionary(record => record.RequestId);

        Assert.True(feed[GatewayService.RequestId(late)] is { Outcome: Outcome.Error, Estimated: true, Tokens.Input: > 0 });
        Assert.True(feed[GatewayService.RequestId(unreached)] is { Outcome: Outcome.Error, Estimated: false, Tokens.Input: 0 });
    }

    [Theory] // since the call began, since the caller left, then how long the next chunk is waited for, all in seconds
    [InlineData(0, null, 30)]
    [InlineData(100, null, 20)]
    [InlineData(40, 0.0, 30)]
    [InlineData(40, 25.0, 5)]
    [InlineData(110, 0.0, 10)]
    [InlineData(200, null, 0.001)]
    public void A_caller_who_left_late_is_read_on_for_as_long_as_one_who_left_early(double began, double? left, double patience) =>
        Assert.Equal(TimeSpan.FromSeconds(patience), StreamedAnswer.Patience(TimeSpan.FromSeconds(began), left is { } seconds ? TimeSpan.FromSeconds(seconds) : null));

    [Fact]
    public async Task Words_of_a_provider_and_names_of_a_caller_stay_short_in_the_record()
    {
        var bundle = Bundles.Make(model: "openai/gpt-4o@2024-11-20");
        gateway.Serve("wordy", bundle);
        gateway.Provider = _ => Task.FromResult(GatewayService.Events($$"""{"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"{{new string('y', 100_000)}}"}]}""", "[DONE]"));

        using var wordy = await gateway.Post(GatewayService.Ask("wordy", "x", stream: true));
        using var unnameable = await gateway.Post(GatewayService.Ask(new string('z', 2_000_000), "x"), bundle.Id);

        Assert.Equal("other", (await gateway.Recorded(GatewayService.RequestId(wordy))).FinishReason);
        Assert.Equal((HttpStatusCode.BadRequest, "model_missing"), (unnameable.StatusCode, await GatewayService.ErrorCode(unnameable)));
    }

    [Fact]
    public async Task A_bundle_is_pinned_only_with_the_scope_and_counts_as_eval()
    {
        var (live, pinned) = (Bundles.Make(), Bundles.Make(Bundles.Saying("Next version: {question}")));
        gateway.Serve("pinned", live);
        gateway.Releases = request => Task.FromResult(request.RequestUri!.AbsolutePath == $"/bundles/{pinned.Id}/resolved" ? StubHttp.Json(pinned) : new(HttpStatusCode.NotFound));

        using var refused = await gateway.Post(GatewayService.Ask("pinned", "x"), pinned.Id, Role.Product);
        using var unknown = await gateway.Post(GatewayService.Ask("pinned", "x"), "b_nothing");
        using var answered = await gateway.Post(GatewayService.Ask("pinned", "x"), pinned.Id);

        Assert.Equal((HttpStatusCode.Forbidden, "scope_missing"), (refused.StatusCode, await GatewayService.ErrorCode(refused)));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("Next version: x", await GatewayService.Said(answered));
        var record = await gateway.Recorded(GatewayService.RequestId(answered));
        Assert.Equal((Arm.Eval, null, null, pinned.Id), (record.Arm, record.Release, record.Step, record.Bundle));
    }

    [Fact]
    public async Task Passages_come_from_the_pinned_index_version_and_evaluations_see_them()
    {
        var bundle = Bundles.Make(Bundles.Saying("{context} Q: {question}"), retrieval: new("handbook", "ix_1", K: 2));
        gateway.Serve("rag", bundle);
        QueryIndex? asked = null;
        gateway.Index = async request =>
        {
            Assert.Equal("/index-versions/ix_1/query", request.RequestUri!.AbsolutePath);
            asked = Json.Read<QueryIndex>(await request.Content!.ReadAsStringAsync());
            return StubHttp.Json(new IndexAnswer("ix_1", 7, [new("pool.md", 0, 9, 0.9, "The pool opens at 7.")]));
        };
        var body = GatewayService.Ask("rag", "When does the pool open?");

        using var plain = await gateway.Post((JsonObject)body.DeepClone());
        using var eval = await gateway.Post(body, bundle.Id);

        Assert.Equal(new QueryIndex("When does the pool open?", 2), asked);
        Assert.False((await GatewayService.Read(plain)).ContainsKey("llmops"));
        var given = (await GatewayService.Read(eval))["llmops"]!["context"]!.AsArray();
        Assert.Equal(("pool.md", "The pool opens at 7."), (given[0]!["document"]!.ToString(), given[0]!["text"]!.ToString()));
        var record = await gateway.Recorded(GatewayService.RequestId(plain));
        Assert.Equal(("ix_1", 7L), (record.IndexVersion, record.TailPosition));
    }

    [Fact]
    public async Task Without_its_index_a_call_fails_and_is_never_answered_without_context()
    {
        gateway.Serve("indexless", Bundles.Make(retrieval: new("handbook", "ix_away", K: 2)));
        gateway.Index = GatewayService.Away;

        using var response = await gateway.Post(GatewayService.Ask("indexless", "x"));

        Assert.Equal((HttpStatusCode.BadGateway, "index_unavailable"), (response.StatusCode, await GatewayService.ErrorCode(response)));
        Assert.Equal("true", Assert.Single(response.Headers.GetValues("x-should-retry")));
        var record = await gateway.Recorded(GatewayService.RequestId(response));
        Assert.Equal((Outcome.Error, "index-unavailable"), (record.Outcome, record.ErrorType));
    }

    [Fact]
    public async Task An_unknown_model_a_missing_variable_and_broken_bodies_are_told_apart()
    {
        gateway.Serve("strict", Bundles.Make(Bundles.Prompt.Replace("inputs:", "inputs:\n  room: {type: string}", StringComparison.Ordinal)));

        using var unknown = await gateway.Post(GatewayService.Ask("nobody", "x"));
        using var missing = await gateway.Post(GatewayService.Ask("strict", "x"));
        using var empty = await gateway.Post(new JsonObject { ["model"] = "strict", ["messages"] = new JsonArray() });
        using var broken = await Raw("{\"model\": \"strict\",");
        using var half = await Raw("""{"model": "strict", "messages": [{"role": "user", "content": "\ud800"}]}""");
        using var twice = await Raw("{\"model\": \"strict\", \"model\": \"other\"}");
        using var large = await Raw($"{{\"model\": \"{new string('x', ChatRequest.MostBytes)}\"}}");

        Assert.Equal((HttpStatusCode.NotFound, "model_not_found"), (unknown.StatusCode, await GatewayService.ErrorCode(unknown)));
        Assert.Equal((HttpStatusCode.BadRequest, "missing_variable"), (missing.StatusCode, await GatewayService.ErrorCode(missing)));
        Assert.Contains("room", (await GatewayService.Read(missing))["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.BadRequest, "messages_missing"), (empty.StatusCode, await GatewayService.ErrorCode(empty)));
        Assert.Equal((HttpStatusCode.BadRequest, "body_unreadable"), (broken.StatusCode, await GatewayService.ErrorCode(broken)));
        Assert.Equal((HttpStatusCode.BadRequest, "body_unreadable"), (half.StatusCode, await GatewayService.ErrorCode(half)));
        Assert.Equal((HttpStatusCode.BadRequest, "body_unreadable"), (twice.StatusCode, await GatewayService.ErrorCode(twice)));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "body_too_large"), (large.StatusCode, await GatewayService.ErrorCode(large)));
    }

    [Fact]
    public async Task Our_own_client_reads_a_refusal_of_the_gateway_as_one()
    {
        gateway.Serve("typed", Bundles.Make(retrieval: new("handbook", "ix_typed", K: 2)));
        gateway.Index = GatewayService.Away;
        var client = new GatewayClient(gateway.As(Role.Engineer));

        var unknown = await client.Complete(GatewayService.Ask("nobody", "x"), null, Ct);
        var indexless = await client.Complete(GatewayService.Ask("typed", "x"), null, Ct);

        Assert.Equal((RefusalKind.NotFound, "model_not_found"), (unknown.Refusal!.Kind, unknown.Refusal.Code));
        Assert.Contains("nobody", unknown.Refusal.Detail, StringComparison.Ordinal);
        Assert.Equal((RefusalKind.Upstream, "index_unavailable"), (indexless.Refusal!.Kind, indexless.Refusal.Code));
    }

    [Fact]
    public async Task Keys_are_refused_in_OpenAIs_shape()
    {
        using var nobody = await gateway.CreateClient().PostAsync("/v1/chat/completions", null, Ct);
        using var viewer = await gateway.Post(GatewayService.Ask("any", "x"), role: Role.Viewer);
        using var elsewhere = await gateway.CreateClient().GetAsync("/v1/responses", Ct);

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_api_key"), (nobody.StatusCode, await GatewayService.ErrorCode(nobody)));
        Assert.Equal((HttpStatusCode.Forbidden, "scope_missing"), (viewer.StatusCode, await GatewayService.ErrorCode(viewer)));
        Assert.Equal((HttpStatusCode.NotFound, "unknown_url"), (elsewhere.StatusCode, await GatewayService.ErrorCode(elsewhere)));
    }

    [Fact]
    public async Task A_caller_who_leaves_a_stream_still_leaves_its_record() // F03
    {
        gateway.Serve("left", Bundles.Make(model: "openai/gpt-4o@2024-11-20"));
        var (half, rest) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway.Provider = _ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new Slowly(half, rest.Task)) });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(GatewayService.Ask("left", "x", stream: true).ToJsonString(), Encoding.UTF8, "application/json") };

        var response = await gateway.As(Role.Engineer).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
        await half.Task;
        response.Dispose();
        rest.SetResult();

        InferenceRecord? record;
        while ((record = gateway.Get<Journal>().Find(GatewayService.RequestId(response))) is not { Outcome: not Outcome.Open })
            await Task.Delay(10, Ct);
        Assert.Equal((new TokenUsage(11, 0, 0, 0, 22, 0), false), (record.Tokens, record.Estimated));
        Assert.Equal("gpt-4o/2024-11-20/v1.0.0", record.Label);
    }

    [Fact]
    public async Task A_provider_without_usage_is_estimated_and_its_key_is_our_own() // F06
    {
        gateway.Serve("estimated", Bundles.Make(model: "openai/gpt-4o@2024-11-20"));
        (string? Key, JsonNode? Body) sent = default;
        gateway.Provider = async request =>
        {
            sent = (request.Headers.Authorization?.ToString(), JsonNode.Parse(await request.Content!.ReadAsStringAsync()));
            return GatewayService.Events("""{"choices":[{"index":0,"delta":{"content":"four words of text"},"finish_reason":"stop"}]}""", "[DONE]");
        };

        using var response = await gateway.Post(GatewayService.Ask("estimated", "x", stream: true));

        Assert.Equal("four words of text", Text(await Events(response)));
        Assert.Equal(("Bearer sk-provider", "gpt-4o-2024-11-20"), (sent.Key, sent.Body!["model"]!.ToString()));
        Assert.True((bool)sent.Body["stream_options"]!["include_usage"]!);
        var record = await gateway.Recorded(GatewayService.RequestId(response));
        Assert.True(record is { Estimated: true, Tokens: { Input: > 0, Output: 4 } });
    }

    [Fact]
    public async Task Embeddings_are_the_same_as_floats_and_as_base64()
    {
        var body = new JsonObject { ["model"] = "embedded/lexical-384", ["input"] = new JsonArray("a pool", "a room") };
        var base64 = (JsonObject)body.DeepClone();
        base64["encoding_format"] = "base64";

        using var one = await gateway.Post(body, path: "/v1/embeddings");
        using var other = await gateway.Post(base64, path: "/embeddings");

        var floats = (await GatewayService.Read(one))["data"]!.AsArray().Select(item => item!["embedding"]!.AsArray().Select(number => (float)number!).ToArray()).ToList();
        var bytes = (await GatewayService.Read(other))["data"]!.AsArray().Select(item => Convert.FromBase64String(item!["embedding"]!.ToString())).ToList();
        Assert.Equal([384, 384], floats.Select(vector => vector.Length));
        Assert.Equal(floats, bytes.Select(vector => Enumerable.Range(0, 384).Select(i => BitConverter.ToSingle(vector, i * 4)).ToArray()));
    }

    [Fact]
    public async Task Models_are_the_routes()
    {
        gateway.Serve("hotel-guest@staging", Bundles.Make());

        using var list = await gateway.As(Role.Engineer).GetAsync("/v1/models", Ct);
        using var one = await gateway.As(Role.Engineer).GetAsync("/models/hotel-guest@staging", Ct);
        using var none = await gateway.As(Role.Engineer).GetAsync("/v1/models/nobody", Ct);

        Assert.Equal("hotel-guest@staging", Assert.Single((await GatewayService.Read(list))["data"]!.AsArray())!["id"]!.ToString());
        Assert.Equal((Bundles.App, "model"), ((await GatewayService.Read(one)) is var model ? model["owned_by"]!.ToString() : "", model["object"]!.ToString()));
        Assert.Equal("model_not_found", await GatewayService.ErrorCode(none));
    }

    [Fact]
    public async Task The_cost_header_follows_the_price_book_and_is_absent_without_one()
    {
        gateway.Serve("priced", Bundles.Make());
        using var before = await gateway.Post(GatewayService.Ask("priced", "x"));
        var text = """{"models":[{"model":"embedded/echo","input":1000000,"output":0}]}""";
        gateway.Costs = _ => Task.FromResult(StubHttp.Json(new PriceBookView(ContentHash.OfText(text), text)));

        await gateway.Worker<PriceWorker>().Pass(Ct);
        using var after = await gateway.Post(GatewayService.Ask("priced", "x"));

        Assert.False(before.Headers.Contains("x-llmops-cost-usd"));
        Assert.Equal((await GatewayService.Read(after))["usage"]!["prompt_tokens"]!.ToString(), Assert.Single(after.Headers.GetValues("x-llmops-cost-usd")));
    }

    private async Task<HttpResponseMessage> Raw(string body) =>
        await gateway.As(Role.Engineer).PostAsync("/v1/chat/completions", new StringContent(body, Encoding.UTF8, "application/json"), Ct);

    private static async Task<List<string>> Events(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return [.. (await response.Content.ReadAsStringAsync(Ct)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line["data: ".Length..])];
    }

    private static string Text(IEnumerable<string> events) => string.Concat(events.Where(line => line != "[DONE]")
        .Select(line => JsonNode.Parse(line)!["choices"]!.AsArray().FirstOrDefault()?["delta"]?["content"]?.ToString()));

    /// <summary>A provider's stream that stops in the middle until told to go on.</summary>
    private sealed class Slowly(TaskCompletionSource half, Task rest) : MemoryStream
    {
        private int reads;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (++reads == 2)
            {
                half.TrySetResult();
                await rest;
            }
            var text = reads switch
            {
                1 => "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half\"}}]}\n\n",
                2 => "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":22}}\n\ndata: [DONE]\n\n",
                _ => "",
            };
            return Encoding.UTF8.GetBytes(text, buffer.Span);
        }
    }
}
