using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using LlmOps.Inference;

namespace LlmOps.Tests.Inference;

public sealed class OpenAiModelTests
{
    private const string Chunk = """{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"hi"}}]}""";
    private const string Last = """{"object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}""";

    private static readonly JsonObject Request = JsonNode.Parse("""
        {"model": "m", "messages": [{"role": "user", "content": "hello"}], "field_of_tomorrow": {"a": [1, null]}}
        """)!.AsObject();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fields_nobody_here_knows_pass_through_in_both_directions()
    {
        var upstream = new Upstream(HttpStatusCode.OK, """{"choices": [], "future": true}""");

        var completion = await Model(upstream).Complete(Request, Ct);

        Assert.True((bool)completion.Value!["future"]!);
        Assert.True(JsonNode.DeepEquals(Request, upstream.Body));
        Assert.Equal("/v1/chat/completions", upstream.Path);
    }

    [Fact]
    public async Task A_stream_always_asks_for_usage_and_ends_with_it()
    {
        var upstream = new Upstream(HttpStatusCode.OK, Events(Chunk, Last, "[DONE]"));

        var chunks = await Model(upstream).Stream(Request, Ct).ToListAsync(Ct);

        Assert.Equal([Chunk, Last], chunks.Select(chunk => chunk.ToJsonString()));
        Assert.True((bool)upstream.Body!["stream"]!);
        Assert.True((bool)upstream.Body["stream_options"]!["include_usage"]!);
        Assert.False(Request.ContainsKey("stream"));
    }

    [Theory]
    [InlineData(429, """{"error": {"message": "slow down", "type": "requests", "code": "rate_limit_exceeded"}}""", RefusalKind.Exhausted, "rate_limit_exceeded", "requests")]
    [InlineData(400, """{"error": {"message": "too long", "type": "invalid_request_error", "code": "context_length_exceeded"}}""", RefusalKind.Invalid, "context_length_exceeded", "invalid_request_error")]
    [InlineData(500, """{"error": {"message": "oops", "type": "server_error", "code": null}}""", RefusalKind.Upstream, "server_error", "server_error")]
    [InlineData(502, "<html>Bad Gateway</html>", RefusalKind.Upstream, "upstream_error", "upstream_error")]
    public async Task An_error_of_the_provider_keeps_its_status_type_and_code(int status, string body, RefusalKind kind, string code, string type)
    {
        var model = Model(new Upstream((HttpStatusCode)status, body));

        var refusal = Assert.IsType<UpstreamRefusal>((await model.Complete(Request, Ct)).Refusal);
        var thrown = await Assert.ThrowsAsync<ModelException>(async () => await model.Stream(Request, Ct).ToListAsync(Ct));

        Assert.Equal((kind, code, status, type), (refusal.Kind, refusal.Code, refusal.Status, refusal.Type));
        Assert.Equal(refusal, thrown.Refusal);
    }

    [Theory]
    [InlineData("retry-after", "3", 3000)]
    [InlineData("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT", 10_000)]
    [InlineData("retry-after-ms", "250", 250)]
    public async Task The_providers_wish_to_wait_is_passed_on(string header, string value, int milliseconds)
    {
        var upstream = new Upstream(HttpStatusCode.TooManyRequests, "{}") { Headers = { ["date"] = "Sun, 06 Nov 1994 08:49:37 GMT", [header] = value } };

        var result = await Model(upstream).Complete(Request, Ct);

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Assert.IsType<UpstreamRefusal>(result.Refusal).RetryAfter);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("[1]")]
    [InlineData("""{"choices": 3}""")]
    [InlineData("""{"choices": [], "choices": []}""")]
    public async Task An_answer_that_is_no_completion_is_refused(string body) =>
        Assert.Equal("malformed-answer", (await Model(new Upstream(HttpStatusCode.OK, body)).Complete(Request, Ct)).Refusal?.Code);

    [Fact]
    public async Task A_time_limit_of_the_client_is_a_refusal_and_a_caller_who_gives_up_is_not()
    {
        var model = Model(new Upstream(HttpStatusCode.OK, "{}") { Fails = new TaskCanceledException("", new TimeoutException()) });
        using var caller = new CancellationTokenSource();

        Assert.Equal("model-timeout", (await model.Complete(Request, caller.Token)).Refusal?.Code);
        Assert.Equal("model-timeout", (await Assert.ThrowsAsync<ModelException>(async () => await model.Stream(Request, caller.Token).ToListAsync(Ct))).Refusal.Code);

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => model.Complete(Request, caller.Token));
    }

    [Fact]
    public async Task A_provider_that_cannot_be_reached_is_a_refusal() =>
        Assert.Equal("model-unreachable", (await Model(new Upstream(HttpStatusCode.OK, "{}") { Fails = new HttpRequestException("refused") }).Complete(Request, Ct)).Refusal?.Code);

    public static TheoryData<string, string> BrokenStreams => new()
    {
        { Events(Chunk), "stream-cut" },
        { Events(Chunk, "{\"choices\": ["), "malformed-answer" },
        { Events(Chunk, "{\"a\": 1}"), "malformed-answer" },
        { Events(Chunk, """{"error": {"message": "out of credit", "type": "insufficient_quota"}}"""), "insufficient_quota" },
        { Events(Chunk) + "data: " + new string('x', 2_000_000), "stream-cut" },
    };

    [Theory]
    [MemberData(nameof(BrokenStreams))]
    public async Task A_stream_that_breaks_says_so_after_what_was_whole(string body, string code)
    {
        var chunks = new List<JsonObject>();

        var thrown = await Assert.ThrowsAsync<ModelException>(async () =>
        {
            await foreach (var chunk in Model(new Upstream(HttpStatusCode.OK, body)).Stream(Request, Ct))
                chunks.Add(chunk);
        });

        Assert.Equal(code, thrown.Refusal.Code);
        Assert.Equal(Chunk, Assert.Single(chunks).ToJsonString());
    }

    private static OpenAiModel Model(Upstream upstream) => new(new HttpClient(upstream) { BaseAddress = new Uri("http://upstream/v1/") });

    private static string Events(params string[] data) => string.Concat(data.Select(line => $"data: {line}\n\n"));

    private sealed class Upstream(HttpStatusCode status, string answer) : HttpMessageHandler
    {
        public Dictionary<string, string> Headers { get; } = [];
        public Exception? Fails { get; init; }
        public JsonNode? Body { get; private set; }
        public string? Path { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Fails is not null)
                throw Fails;
            Path = request.RequestUri!.AbsolutePath;
            Body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken));
            var response = new HttpResponseMessage(status) { Content = new StringContent(answer, Encoding.UTF8) };
            foreach (var (name, value) in Headers)
                response.Headers.TryAddWithoutValidation(name, value);
            return response;
        }
    }
}
