namespace LlmOps;

/// <summary>What a running local stack leaves for programs: <c>.llmops/endpoints.json</c>, written by the host, readable by its owner alone.</summary>
/// <param name="Addresses">By process: web, gateway, prompts, …</param>
/// <param name="Keys">The local key of each role.</param>
public sealed record Endpoints(IReadOnlyDictionary<string, string> Addresses, IReadOnlyDictionary<string, string> Keys);
