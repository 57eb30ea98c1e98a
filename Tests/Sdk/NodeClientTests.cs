using System.Text.Json.Nodes;

namespace LlmOps.Tests.Sdk;

/// <summary>OpenAI's own Node client over a real socket, unmodified: only address and key are ours. What it saw is what <c>client.mjs</c> prints.</summary>
public sealed class NodeClientTests(SdkGateway gateway) : IClassFixture<SdkGateway>
{
    [Fact]
    public async Task It_chats_streams_embeds_lists_models_and_reads_our_errors()
    {
        var saw = JsonNode.Parse(await Run())!;

        Assert.Equal("chat.completion", $"{saw["chat"]!["object"]}");
        Assert.Equal("Please help: a late room", $"{saw["chat"]!["choices"]![0]!["message"]!["content"]}");
        Assert.Equal("stop", $"{saw["streamed"]!["finish"]}");
        Assert.Equal("Please help: a late room", $"{saw["streamed"]!["text"]}");
        Assert.True(JsonNode.DeepEquals(saw["chat"]!["usage"], saw["streamed"]!["usage"]));
        Assert.Equal(["384", "384"], saw["embeddings"]!.AsArray().Select(item => $"{item!["length"]}"));
        Assert.All(saw["embeddings"]!.AsArray(), item => Assert.InRange((double)item!["first"]!, -1, 1));
        Assert.Equal([SdkGateway.Route], saw["models"]!.AsArray().Select(id => $"{id}"));
        Assert.Equal(SdkGateway.Route, $"{saw["model"]}");
        Assert.Equal(("NotFoundError", "404", "model_not_found", "invalid_request_error", "model"), (
            $"{saw["error"]!["name"]}", $"{saw["error"]!["status"]}", $"{saw["error"]!["code"]}", $"{saw["error"]!["type"]}", $"{saw["error"]!["param"]}"));
        Assert.StartsWith("req_", $"{saw["error"]!["requestId"]}", StringComparison.Ordinal);
        Assert.Equal((long)saw["chat"]!["usage"]!["completion_tokens"]!, (await gateway.Recorded($"{saw["requestId"]}")).Tokens.Output);
    }

    private async Task<string> Run()
    {
        Node.Needs("openai");
        var node = await Node.Run("Sdk/client.mjs", new Dictionary<string, string> { ["LLMOPS_GATEWAY"] = gateway.Address.AbsoluteUri, ["LLMOPS_API_KEY"] = gateway.Key });
        Assert.True(node.Exit == 0, node.Error);
        return node.Out;
    }
}
