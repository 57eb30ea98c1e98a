using System.Net.Http.Headers;
using LlmOps.Inference;

namespace LlmOps.Cli;

/// <summary>Models without a server: the embedded ones, and those of providers that llmops.yaml or the environment names.</summary>
public sealed class LocalModels(AppFile app, TimeProvider clock)
{
    private static readonly ProviderSource OpenAi = new("openai", "https://api.openai.com/v1", "OPENAI_API_KEY");

    private readonly Dictionary<string, IModel> providers = [];

    public Result<IModel> Find(ModelPin pin)
    {
        if (pin.Provider == "embedded")
        {
            return EmbeddedModels.Find(pin.Id, clock) is { } embedded
                ? Result.Of(embedded)
                : Refusal.Invalid("unknown-model", $"There is no embedded model \"{pin.Id}\". Known: {string.Join(", ", EmbeddedModels.Names)}.");
        }
        if (providers.TryGetValue(pin.Provider, out var known))
            return Result.Of(known);
        var source = Source(pin.Provider);
        if (source is null)
            return Refusal.Invalid("provider-not-configured", $"Nothing says where the provider \"{pin.Provider}\" is. Add it to {AppFile.Name}: providers: {{{pin.Provider}: {{base_url: https://…/v1, api_key_env: {pin.Provider.ToUpperInvariant()}_API_KEY}}}}; or answer from a recording with --replay.");
        var key = Environment.GetEnvironmentVariable($"Providers__{pin.Provider}__ApiKey") ?? (source.ApiKeyEnv is { } name ? Environment.GetEnvironmentVariable(name) : null);
        if (source.ApiKeyEnv is { } wanted && string.IsNullOrEmpty(key))
            return Refusal.Invalid("no-provider-key", $"The provider \"{pin.Provider}\" needs a key. Set {wanted}, or answer from a recording with --replay.");
        return Result.Of(providers[pin.Provider] = new OpenAiModel(Http(source, key)));
    }

    /// <summary>The gateway's own settings win, so that a shell that is set up for it needs nothing more.</summary>
    private ProviderSource? Source(string name) =>
        Environment.GetEnvironmentVariable($"Providers__{name}__BaseUrl") is { Length: > 0 } address && Uri.TryCreate(address, UriKind.Absolute, out _)
            ? new ProviderSource(name, address, null)
            : app.Providers.FirstOrDefault(provider => provider.Name == name) ?? (name == OpenAi.Name ? OpenAi : null);

    private static HttpClient Http(ProviderSource source, string? key)
    {
        var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            BaseAddress = new Uri(source.BaseUrl.TrimEnd('/') + "/"), Timeout = Timeout.InfiniteTimeSpan, // the runner's limit holds
        };
        if (!string.IsNullOrEmpty(key))
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }
}
