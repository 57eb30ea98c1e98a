using System.ClientModel;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;

namespace LlmOps.Tests.Journeys;

/// <summary>One change after another through the whole running stack, by the command that a newcomer types first.</summary>
[Collection(nameof(RunningStack))]
public sealed class DemoTests(RunningStack stack)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // R192: from a pushed prompt to an automatic rollback; a gateway, a controller and an index service are killed meanwhile.
    [Fact]
    public async Task The_demo_holds_every_step_though_services_are_killed_while_it_runs()
    {
        var demo = Command.Run(Checkout.Root, new Dictionary<string, string> { ["LLMOPS_ENDPOINTS"] = stack.EndpointsFile }, "demo", "--fast", "--json");
        foreach (var victim in new[] { "Releases", "Indexes", "Gateway" })
        {
            await Task.Delay(TimeSpan.FromSeconds(12), Ct);
            var process = Assert.Single(Processes.TreeOf(stack.Pid), running => running.Command.EndsWith($"LlmOps.{victim}.dll", StringComparison.Ordinal));
            Processes.Signal(process.Pid, "KILL");
        }

        var run = await demo;

        var steps = Json.Read<JsonElement>(run.Out).GetProperty("steps").EnumerateArray().ToArray();
        foreach (var step in steps)
            TestContext.Current.TestOutputHelper?.WriteLine($"{step.GetProperty("name")}: {step.GetProperty("detail")}");
        Assert.All(steps, step => Assert.True(step.GetProperty("ok").GetBoolean(), $"{step.GetProperty("name")}: {step.GetProperty("detail")}"));
        Assert.Equal(
            ["push", "first release", "lint", "bundle", "evaluation", "review", "release", "gate", "degradation", "costs", "audit"],
            steps.Select(step => step.GetProperty("name").GetString()));
        Assert.Equal(0, run.Exit);

        await TheOfficialClientIsAnswered(Json.Read<JsonElement>(run.Out).GetProperty("app").GetString()!);
        Assert.Equal(0, (await Command.Run(Checkout.Root, new Dictionary<string, string> { ["LLMOPS_ENDPOINTS"] = stack.EndpointsFile }, "audit", "verify")).Exit);
    }

    /// <summary>OpenAI's own .NET client, unmodified: only address and key are ours.</summary>
    private async Task TheOfficialClientIsAnswered(string route)
    {
        var client = new ChatClient(route, new ApiKeyCredential(stack.Endpoints.Keys["engineer"]), new OpenAIClientOptions { Endpoint = new Uri(stack.Endpoints.Addresses["gateway"] + "/v1") });

        ChatCompletion answer = await client.CompleteChatAsync([new UserChatMessage("Until when can I have breakfast?")], cancellationToken: Ct);

        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.Contains("[1]", answer.Content[0].Text, StringComparison.Ordinal);
        Assert.True(answer.Usage.TotalTokenCount > 0);
    }
}
