namespace LlmOps.Benchmarks;

/// <summary>What the host leaves for commands: endpoints.json.</summary>
internal sealed record Stack(Dictionary<string, string> Addresses, Dictionary<string, string> Keys);
