using System.Text.Json.Nodes;
using LlmOps.Inference;

namespace LlmOps.Tests.Inference;

/// <summary>What the embedded models put on the wire.</summary>
public sealed class EmbeddedModelTests
{
    private static readonly IModel Extractive = Find("embedded/extractive");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Answering => ["embedded/extractive", "embedded/echo"];

    [Theory]
    [MemberData(nameof(Answering))]
    public async Task A_stream_joins_to_the_text_and_ends_with_the_usage_of_the_whole_answer(string name)
    {
        var model = Find(name);

        var whole = (await model.Complete(Request("How high is the tower?"), Ct)).Value!;
        var chunks = await model.Stream(Request("How high is the tower?"), Ct).ToListAsync(Ct);

        Assert.Equal(Text(whole), string.Concat(chunks.SelectMany(chunk => chunk["choices"]!.AsArray()).Select(choice => choice!["delta"]!["content"]?.ToString())));
        Assert.Empty(chunks[^1]["choices"]!.AsArray());
        Assert.Equal(whole["usage"]!.ToJsonString(), chunks[^1]["usage"]!.ToJsonString());
        Assert.Equal("stop", chunks[^2]["choices"]![0]!["finish_reason"]!.ToString());
        Assert.All(chunks, chunk => Assert.Equal(whole["id"]!.ToString(), chunk["id"]!.ToString()));
    }

    [Fact]
    public async Task Usage_counts_every_message_and_the_answer()
    {
        var completion = (await Extractive.Complete(Request("How high is the tower?"), Ct)).Value!;

        var usage = completion["usage"]!;
        Assert.Equal(EmbeddedTokens.Count(Text(completion)), (long)usage["completion_tokens"]!);
        Assert.Equal(EmbeddedTokens.Count(System) + EmbeddedTokens.Count("How high is the tower?"), (long)usage["prompt_tokens"]!);
        Assert.Equal((long)usage["prompt_tokens"]! + (long)usage["completion_tokens"]!, (long)usage["total_tokens"]!);
    }

    [Theory]
    [InlineData("Tower", 1)]
    [InlineData("The tower is 61 m high.", 7)]
    [InlineData("extraordinarily", 2)]
    [InlineData("1234567", 3)]
    [InlineData(" \n", 0)]
    [InlineData("", 0)]
    public void A_token_is_a_short_run_of_letters_or_digits_or_one_mark(string text, long tokens)
    {
        Assert.Equal(tokens, EmbeddedTokens.Count(text));
        Assert.Equal(text, string.Concat(EmbeddedTokens.Split(text)));
    }

    [Theory]
    [InlineData("max_tokens")]
    [InlineData("max_completion_tokens")]
    public async Task A_token_limit_cuts_the_answer_and_says_so(string field)
    {
        var request = Request("How high is the tower?");
        request[field] = 4L;

        var completion = (await Extractive.Complete(request, Ct)).Value!;

        Assert.Equal("The tower is 61", Text(completion));
        Assert.Equal("length", completion["choices"]![0]!["finish_reason"]!.ToString());
        Assert.Equal(4, (long)completion["usage"]!["completion_tokens"]!);
    }

    [Fact]
    public async Task A_stop_sequence_ends_the_answer()
    {
        var request = Request("How high is the tower?");
        request["stop"] = new JsonArray("", " high", " m high");

        Assert.Equal("The tower is 61", Text((await Extractive.Complete(request, Ct)).Value!));
    }

    [Fact]
    public async Task Content_in_parts_is_read_like_a_string()
    {
        var request = Request("");
        request["messages"]![1]!["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = "How high is the tower?" });

        Assert.Contains("61 m", Text((await Extractive.Complete(request, Ct)).Value!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", "messages-missing")]
    [InlineData("""{"messages": []}""", "messages-missing")]
    [InlineData("""{"messages": [{"content": "x"}]}""", "role-missing")]
    [InlineData("""{"messages": [{"role": "user", "content": "x"}], "n": 2}""", "unsupported-n")]
    [InlineData("""{"messages": [{"role": "user", "content": "x"}], "max_tokens": 0}""", "max-tokens-invalid")]
    [InlineData("""{"messages": [{"role": "user", "content": "x"}], "response_format": {"type": "json_object"}}""", "unsupported-response-format")]
    public async Task A_request_it_cannot_serve_is_refused(string request, string code)
    {
        var body = JsonNode.Parse(request)!.AsObject();

        Assert.Equal(code, (await Extractive.Complete(body, Ct)).Refusal?.Code);
        Assert.Equal(code, (await Assert.ThrowsAsync<ModelException>(async () => await Extractive.Stream(body, Ct).ToListAsync(Ct))).Refusal.Code);
    }

    [Theory]
    [InlineData("embedded/faulty-500", 500, "server_error")]
    [InlineData("embedded/faulty-429", 429, "rate_limit_exceeded")]
    [InlineData("embedded/faulty-cut", 0, "stream-cut")]
    public async Task A_faulty_model_fails_as_its_name_says(string name, int status, string code)
    {
        var refusal = Assert.IsType<UpstreamRefusal>((await Find(name).Complete(Request("x"), Ct)).Refusal);
        var thrown = await Assert.ThrowsAsync<ModelException>(async () => await Find(name).Stream(Request("x"), Ct).ToListAsync(Ct));

        Assert.Equal((status, code), (refusal.Status, refusal.Code));
        Assert.Equal(refusal, thrown.Refusal);
    }

    [Fact]
    public async Task A_stream_that_is_cut_has_begun()
    {
        var chunks = new List<JsonObject>();

        await Assert.ThrowsAsync<ModelException>(async () =>
        {
            await foreach (var chunk in Find("embedded/faulty-cut").Stream(Request("x"), Ct))
                chunks.Add(chunk);
        });

        Assert.Equal("This sentence is", string.Concat(chunks.Select(chunk => chunk["choices"]![0]!["delta"]!["content"])));
    }

    [Fact]
    public async Task A_malformed_answer_has_no_choices() =>
        Assert.Null((await Find("embedded/faulty-malformed").Complete(Request("x"), Ct)).Value!["choices"]);

    [Fact]
    public async Task A_hanging_model_ends_when_its_caller_gives_up()
    {
        using var caller = new CancellationTokenSource();
        var answer = Find("embedded/faulty-hang").Complete(Request("x"), caller.Token);
        Assert.False(answer.IsCompleted);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    [Fact]
    public void Every_listed_name_is_found_and_no_other()
    {
        Assert.All(EmbeddedModels.Names, name => Assert.Equal(name, Find(name) is null ? null : name));
        Assert.Null(EmbeddedModels.Find("embedded/faulty-unknown", TimeProvider.System));
        Assert.Null(EmbeddedModels.Find("gpt-4o", TimeProvider.System));
    }

    private const string System = "<context>\n[1] document: tower\nThe tower is 61 m high. It has 311 steps.\n</context>\nAnswer in one sentence.";

    private static IModel Find(string name) => EmbeddedModels.Find(name, TimeProvider.System)!;

    private static JsonObject Request(string question) => new()
    {
        ["messages"] = new JsonArray(
            new JsonObject { ["role"] = "system", ["content"] = System },
            new JsonObject { ["role"] = "user", ["content"] = question }),
    };

    private static string Text(JsonObject completion) => completion["choices"]![0]!["message"]!["content"]!.ToString();
}
