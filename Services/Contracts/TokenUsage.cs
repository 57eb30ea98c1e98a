namespace LlmOps;

/// <summary>Tokens of one inference by billing class. The classes are disjoint except that <paramref name="Output"/> includes <paramref name="Reasoning"/>.</summary>
/// <param name="Input">Prompt tokens that were neither read from nor written to a provider's cache.</param>
/// <param name="CachedRead">Prompt tokens read from the provider's cache.</param>
/// <param name="CachedWrite5m">Prompt tokens written to a five-minute cache.</param>
/// <param name="CachedWrite1h">Prompt tokens written to a one-hour cache.</param>
/// <param name="Output">Completion tokens, reasoning included.</param>
/// <param name="Reasoning">The part of the output that the caller does not see.</param>
public sealed record TokenUsage(long Input, long CachedRead, long CachedWrite5m, long CachedWrite1h, long Output, long Reasoning)
{
    public static TokenUsage Of(long input, long output) => new(input, 0, 0, 0, output, 0);

    public static TokenUsage operator +(TokenUsage a, TokenUsage b) => new(
        a.Input + b.Input, a.CachedRead + b.CachedRead, a.CachedWrite5m + b.CachedWrite5m,
        a.CachedWrite1h + b.CachedWrite1h, a.Output + b.Output, a.Reasoning + b.Reasoning);
}
