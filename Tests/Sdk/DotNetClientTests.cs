using System.ClientModel;
using OpenAI;
using OpenAI.Chat;

namespace LlmOps.Tests.Sdk;

/// <summary>OpenAI's own .NET client over a real socket, unmodified: only address and key are ours.</summary>
public sealed class DotNetClientTests(SdkGateway gateway) : IClassFixture<SdkGateway>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private OpenAIClient Client => new(new ApiKeyCredential(gateway.Key), new OpenAIClientOptions { Endpoint = gateway.Address });

    [Fact]
    public async Task It_completes_a_chat_whose_id_is_recorded()
    {
        var result = await Client.GetChatClient(SdkGateway.Route).CompleteChatAsync([new UserChatMessage("a late room")], cancellationToken: Ct);

        Assert.Equal("Please help: a late room", result.Value.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, result.Value.FinishReason);
        Assert.True(result.GetRawResponse().Headers.TryGetValue("x-request-id", out var requestId));
        var record = await gateway.Recorded(requestId!);
        Assert.Equal((record.Tokens.Input, record.Tokens.Output), (result.Value.Usage.InputTokenCount, result.Value.Usage.OutputTokenCount));
    }

    [Fact]
    public async Task It_reads_a_stream_in_parts_with_its_usage_at_the_end()
    {
        var (parts, usage, finish) = (new List<string>(), (ChatTokenUsage?)null, (ChatFinishReason?)null);

        await foreach (var update in Client.GetChatClient(SdkGateway.Route).CompleteChatStreamingAsync([new UserChatMessage("a late room")], cancellationToken: Ct))
        {
            Assert.Null(usage);
            parts.AddRange(update.ContentUpdate.Select(part => part.Text));
            (usage, finish) = (update.Usage, update.FinishReason ?? finish);
        }

        Assert.Equal("Please help: a late room", string.Concat(parts));
        Assert.True(parts.Count(part => part.Length > 0) > 1);
        Assert.Equal(ChatFinishReason.Stop, finish);
        Assert.True(usage?.OutputTokenCount > 0);
    }

    [Fact]
    public async Task It_embeds()
    {
        var embeddings = await Client.GetEmbeddingClient("embedded/lexical-384").GenerateEmbeddingsAsync(["a pool", "a bar"], cancellationToken: Ct);

        Assert.Equal([384, 384], embeddings.Value.Select(embedding => embedding.ToFloats().Length));
        Assert.True(embeddings.Value.Usage.TotalTokenCount > 0);
    }

    [Fact]
    public async Task It_lists_and_finds_models()
    {
        var models = Client.GetOpenAIModelClient();

        var listed = await models.GetModelsAsync(Ct);
        var found = await models.GetModelAsync(SdkGateway.Route, Ct);

        Assert.Equal([SdkGateway.Route], listed.Value.Select(model => model.Id));
        Assert.Equal(SdkGateway.Route, found.Value.Id);
    }

    [Fact]
    public async Task An_unknown_model_is_its_own_kind_of_error_with_a_request_id()
    {
        var error = await Assert.ThrowsAsync<ClientResultException>(() => Client.GetChatClient("nobody").CompleteChatAsync([new UserChatMessage("x")], cancellationToken: Ct));

        Assert.Equal(404, error.Status);
        Assert.Contains("model_not_found", error.Message, StringComparison.Ordinal);
        Assert.True(error.GetRawResponse()!.Headers.TryGetValue("x-request-id", out var requestId));
        Assert.StartsWith("req_", requestId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_is_an_authentication_error()
    {
        var stranger = new OpenAIClient(new ApiKeyCredential("sk-of-somebody-else"), new OpenAIClientOptions { Endpoint = gateway.Address });

        var error = await Assert.ThrowsAsync<ClientResultException>(() => stranger.GetChatClient(SdkGateway.Route).CompleteChatAsync([new UserChatMessage("x")], cancellationToken: Ct));

        Assert.Equal(401, error.Status);
        Assert.Contains("invalid_api_key", error.Message, StringComparison.Ordinal);
    }
}
