using Microsoft.SemanticKernel;

namespace LlmOps.SemanticKernel;

public static class GatewayChat
{
    /// <summary>Chat completion through the gateway: the kernel's own OpenAI connector with the gateway's address and a route for a model.
    /// The route's bundle decides model, prompt, retrieval and parameters; the kernel sends what the user says.</summary>
    /// <param name="gateway">Address of the gateway, with or without <c>/v1</c>: <c>http://localhost:5081</c>.</param>
    /// <param name="key">A key that may call the gateway.</param>
    /// <param name="route">What clients call: <c>hotel-guest</c>, or <c>hotel-guest@staging</c>.</param>
    /// <param name="http">Sends the requests; null for the kernel's own.</param>
    public static IKernelBuilder AddLlmOps(this IKernelBuilder builder, Uri gateway, string key, string route, string? serviceId = null, HttpClient? http = null)
    {
        var address = gateway.AbsoluteUri.TrimEnd('/');
        var endpoint = new Uri(address.EndsWith("/v1", StringComparison.Ordinal) ? address : address + "/v1");
        return builder.AddOpenAIChatCompletion(route, endpoint, key, serviceId: serviceId, httpClient: http);
    }
}
