using System.Text.Json.Nodes;
using LlmOps.Pricing;

namespace LlmOps.Tests.Pricing;

public sealed class UsageTests
{
    private static Result<TokenUsage> Extract(string provider, string body) => Usage.Extract(provider, JsonNode.Parse(body)!.AsObject());

    [Theory]
    [InlineData("""{ "usage": { "prompt_tokens": 500, "completion_tokens": 150, "total_tokens": 650 } }""", 500, 0, 150, 0)]
    [InlineData("""{ "usage": { "prompt_tokens": 500, "completion_tokens": 150, "prompt_tokens_details": { "cached_tokens": 400 }, "completion_tokens_details": { "reasoning_tokens": 90 } } }""", 100, 400, 150, 90)]
    [InlineData("""{ "usage": { "prompt_tokens": 7, "total_tokens": 7 } }""", 7, 0, 0, 0)]
    [InlineData("""{ "type": "response.completed", "response": { "usage": { "input_tokens": 30, "input_tokens_details": { "cached_tokens": 10 }, "output_tokens": 5, "output_tokens_details": { "reasoning_tokens": 2 } } } }""", 20, 10, 5, 2)]
    public void OpenAis_forms_become_disjoint_classes(string body, long input, long cached, long output, long reasoning) =>
        Assert.Equal(new TokenUsage(input, cached, 0, 0, output, reasoning), Extract("openai", body).Value);

    [Theory]
    [InlineData("""{ "usage": { "input_tokens": 10, "output_tokens": 5, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 30 } }""", 30, 0)]
    [InlineData("""{ "usage": { "input_tokens": 10, "output_tokens": 5, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 30, "cache_creation": { "ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 10 } } }""", 20, 10)]
    public void Anthropics_cache_stands_beside_the_input(string body, long minutes, long hour) =>
        Assert.Equal(new TokenUsage(10, 100, minutes, hour, 5, 0), Extract("anthropic", body).Value);

    [Theory]
    [InlineData("""{ }""", "no-usage")]
    [InlineData("""{ "usage": null }""", "no-usage")]
    [InlineData("""{ "usage": { "completion_tokens": 5 } }""", "no-usage")]
    [InlineData("""{ "usage": { "prompt_tokens": "many" } }""", "broken-usage")]
    [InlineData("""{ "usage": { "prompt_tokens": 10, "prompt_tokens_details": { "cached_tokens": 11 } } }""", "broken-usage")]
    [InlineData("""{ "usage": { "prompt_tokens": 10, "completion_tokens": 3, "completion_tokens_details": { "reasoning_tokens": 4 } } }""", "broken-usage")]
    public void Unknown_usage_is_refused_and_never_zero(string body, string code) => Assert.Equal(code, Extract("openai", body).Refusal!.Code);
}
