using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Net.Http.Headers;
using LlmOps.Inference;
using Microsoft.Extensions.Options;

namespace LlmOps.Gateway;

/// <summary>Where the providers' models are and the keys to them. Never from a request.</summary>
public sealed class ProviderOptions
{
    /// <summary>By the name that model pins use: <c>openai</c>, or any other OpenAI-compatible endpoint.</summary>
    public Dictionary<string, Provider> Providers { get; } = [];
}

public sealed class Provider
{
    /// <summary>Ends in <c>/v1</c>.</summary>
    [Required]
    public string BaseUrl { get; set; } = "";

    public string ApiKey { get; set; } = "";
}

/// <summary>The model behind a pin: embedded in this process, or at a configured provider.</summary>
public sealed class Models(IHttpClientFactory clients, IOptions<ProviderOptions> options, TimeProvider clock)
{
    public const string Client = "model";
    public const string TimedOutCode = "model-timed-out";
    public const string UnconfiguredCode = "provider-not-configured";

    public static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);

    /// <summary>To the whole answer, or to the end of a stream.</summary>
    public static readonly TimeSpan TotalLimit = TimeSpan.FromSeconds(120);

    /// <summary>To the first chunk of a stream, and between two.</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, IModel> known = new();

    public Result<IModel> Find(ModelPin pin)
    {
        if (known.TryGetValue(pin.Id, out var found))
            return Result.Of(found);
        if (pin.Provider == "embedded")
        {
            return EmbeddedModels.Find(pin.Id, clock) is { } embedded
                ? Result.Of(known.GetOrAdd(pin.Id, embedded))
                : Refusal.Upstream(UnconfiguredCode, $"There is no embedded model {pin.Id}. There are {string.Join(", ", EmbeddedModels.Names)}.");
        }
        return options.Value.Providers.GetValueOrDefault(pin.Provider) is { BaseUrl.Length: > 0 } provider
            ? Result.Of(known.GetOrAdd(pin.Id, new OpenAiModel(ClientOf(provider))))
            : Refusal.Upstream(UnconfiguredCode, $"The bundle's model is at the provider {pin.Provider}, which this gateway has no address of. Set Providers__{pin.Provider}__BaseUrl and __ApiKey.");
    }

    public static Refusal TimedOut(ModelPin pin) => Refusal.Upstream(TimedOutCode, $"The model {pin.Id} did not answer in time.");

    private HttpClient ClientOf(Provider provider)
    {
        var http = clients.CreateClient(Client);
        http.BaseAddress = new Uri(provider.BaseUrl.TrimEnd('/') + "/");
        http.Timeout = Timeout.InfiniteTimeSpan; // the calls have limits of their own
        if (provider.ApiKey.Length > 0)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", provider.ApiKey);
        return http;
    }
}
