using LlmOps.Inference;

namespace LlmOps.EvalRunner;

/// <summary>The gateway as a model: what it answers for a pinned bundle, or for a model by its name.</summary>
public sealed class GatewayModels(HttpClient http)
{
    public IModel Pinned(string bundle) => new OpenAiModel(http, new Dictionary<string, string> { ["x-llmops-bundle"] = bundle });

    public IModel Named { get; } = new OpenAiModel(http);
}
