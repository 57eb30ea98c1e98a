using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Pricing;

/// <summary>Reads the token counts out of a provider's response, into disjoint classes. A response without counts is refused: unknown usage is not zero usage.</summary>
public static class Usage
{
    /// <param name="provider">anthropic counts cached tokens beside the input; every other name is read as OpenAI's form, which counts them inside it.</param>
    /// <param name="body">The whole response, or the last event of a stream.</param>
    public static Result<TokenUsage> Extract(string provider, JsonObject body)
    {
        try
        {
            var holder = body["response"] as JsonObject ?? body["message"] as JsonObject ?? body;
            if (holder["usage"] is not JsonObject usage)
                return Refusal.Invalid("no-usage", $"The response of {provider} reports no usage. Ask for it (stream_options.include_usage on streams).");
            return provider.StartsWith("anthropic", StringComparison.OrdinalIgnoreCase) ? Anthropic(usage) : OpenAi(usage);
        }
        catch (Exception broken) when (broken is FormatException or InvalidOperationException or JsonException)
        {
            return Refusal.Invalid("broken-usage", $"The usage of {provider} is not made of whole numbers: {broken.Message}");
        }
    }

    /// <summary>Chat completions, embeddings (prompt_tokens, completion_tokens) and responses (input_tokens, output_tokens). Cached tokens are part of the input.</summary>
    private static Result<TokenUsage> OpenAi(JsonObject usage)
    {
        var input = Count(usage, "prompt_tokens") ?? Count(usage, "input_tokens");
        if (input is null)
            return Refusal.Invalid("no-usage", "The usage has neither prompt_tokens nor input_tokens. Is this the right provider?");
        var output = Count(usage, "completion_tokens") ?? Count(usage, "output_tokens") ?? 0;
        var cached = Count(usage["prompt_tokens_details"], "cached_tokens") ?? Count(usage["input_tokens_details"], "cached_tokens") ?? 0;
        var reasoning = Count(usage["completion_tokens_details"], "reasoning_tokens") ?? Count(usage["output_tokens_details"], "reasoning_tokens") ?? 0;
        return Checked(new TokenUsage(input.Value - cached, cached, 0, 0, output, reasoning));
    }

    /// <summary>Messages: cache reads and writes stand beside input_tokens; writes without a stated lifetime are of five minutes.</summary>
    private static Result<TokenUsage> Anthropic(JsonObject usage)
    {
        if (Count(usage, "input_tokens") is not { } input)
            return Refusal.Invalid("no-usage", "The usage has no input_tokens. Is this the right provider?");
        var hour = Count(usage["cache_creation"], "ephemeral_1h_input_tokens") ?? 0;
        var minutes = Count(usage["cache_creation"], "ephemeral_5m_input_tokens") ?? (Count(usage, "cache_creation_input_tokens") ?? 0) - hour;
        return Checked(new TokenUsage(input, Count(usage, "cache_read_input_tokens") ?? 0, minutes, hour, Count(usage, "output_tokens") ?? 0, 0));
    }

    private static Result<TokenUsage> Checked(TokenUsage usage) =>
        new[] { usage.Input, usage.CachedRead, usage.CachedWrite5m, usage.CachedWrite1h, usage.Output, usage.Reasoning, usage.Output - usage.Reasoning }.Min() < 0
            ? Refusal.Invalid("broken-usage", "The usage counts more cached or reasoning tokens than tokens. The provider's report is broken.")
            : usage;

    private static long? Count(JsonNode? usage, string name) => (usage as JsonObject)?[name]?.GetValue<long>();
}
