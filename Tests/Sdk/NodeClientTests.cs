using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace LlmOps.Tests.Sdk;

/// <summary>OpenAI's own Node client over a real socket, unmodified: only address and key are ours. What it saw is what <c>client.mjs</c> prints.</summary>
public sealed class NodeClientTests(SdkGateway gateway) : IClassFixture<SdkGateway>
{
    private static readonly string Tests = Path.Combine(Checkout.Root, "Tests");

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
        Assert.SkipUnless(Directory.Exists(Path.Combine(Tests, "node_modules", "openai")), "The Node client is not installed: run npm ci in Tests, or ./test.sh, which does.");
        var start = new ProcessStartInfo("node", Path.Combine(Tests, "Sdk", "client.mjs"))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LLMOPS_GATEWAY"] = gateway.Address.AbsoluteUri, ["LLMOPS_API_KEY"] = gateway.Key },
        };
        using var node = Start(start);
        var ct = TestContext.Current.CancellationToken;
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(ct), node.StandardError.ReadToEndAsync(ct));
        await node.WaitForExitAsync(ct);
        Assert.True(node.ExitCode == 0, await errors);
        return await output;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("There is no program \"node\" on the path. Install Node.js 18 or newer.");
            throw;
        }
    }
}
