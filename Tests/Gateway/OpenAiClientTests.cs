using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;

namespace LlmOps.Tests.Gateway;

/// <summary>OpenAI's own .NET client, unmodified.</summary>
public sealed class OpenAiClientTests(GatewayService gateway) : IClassFixture<GatewayService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_completes_a_chat()
    {
        gateway.Serve("sdk", Bundles.Make());

        ChatCompletion completion = await Client("sdk").CompleteChatAsync([new UserChatMessage("a late room")], cancellationToken: Ct);

        Assert.Equal("Please help: a late room", completion.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, completion.FinishReason);
        Assert.True(completion.Usage.TotalTokenCount > 0);
    }

    [Fact]
    public async Task It_reads_a_stream_with_its_usage()
    {
        gateway.Serve("sdk-stream", Bundles.Make());
        var (text, usage) = ("", (ChatTokenUsage?)null);

        await foreach (var update in Client("sdk-stream").CompleteChatStreamingAsync([new UserChatMessage("a late room")], cancellationToken: Ct))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            usage = update.Usage ?? usage;
        }

        Assert.Equal("Please help: a late room", text);
        Assert.True(usage?.OutputTokenCount > 0);
    }

    [Fact]
    public async Task It_reads_our_errors()
    {
        gateway.Serve("sdk-error", Bundles.Make());

        var error = await Assert.ThrowsAsync<ClientResultException>(() => Client("nobody").CompleteChatAsync([new UserChatMessage("x")], cancellationToken: Ct));

        Assert.Equal(404, error.Status);
        Assert.Contains("model_not_found", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_embeds_and_lists_models()
    {
        gateway.Serve("sdk-list", Bundles.Make());
        var client = new OpenAIClient(Key, Options);

        var embedding = await client.GetEmbeddingClient("embedded/lexical-384").GenerateEmbeddingAsync("a pool", cancellationToken: Ct);
        var models = await client.GetOpenAIModelClient().GetModelsAsync(Ct);

        Assert.Equal(384, embedding.Value.ToFloats().Length);
        Assert.Contains(models.Value, model => model.Id == "sdk-list");
    }

    private ApiKeyCredential Key => new(ApiKey.Local(Role.Engineer, gateway.Secret).Reveal());

    private OpenAIClientOptions Options => new() { Endpoint = new Uri("http://localhost/v1"), Transport = new HttpClientPipelineTransport(gateway.CreateClient()) };

    private ChatClient Client(string model) => new(model, Key, Options);
}
