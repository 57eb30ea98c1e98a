using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Http.Headers;
using LlmOps.Inference;
using Microsoft.Extensions.Options;

namespace LlmOps.Gateway;

/// <summary>Where the providers' models are and the keys to them. Never from a request.</summary>
public sealed class ProviderOptions : IValidatableObject
{
    private static readonly IPNetwork LinkLocal = IPNetwork.Parse("169.254.0.0/16");
    private static readonly IPAddress[] MetadataAddresses = [IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("100.100.100.200"), IPAddress.Parse("168.63.129.16")];
    private static readonly string[] MetadataHosts = ["metadata", "metadata.google.internal", "metadata.goog", "instance-data"];

    /// <summary>By the name that model pins use: <c>openai</c>, or any other OpenAI-compatible endpoint.</summary>
    public Dictionary<string, Provider> Providers { get; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from provider in Providers
        let address = provider.Value.BaseUrl
        let fault = !Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") ? "is no absolute http or https address"
            : IsOfTheMachine(uri) ? "is link-local or a cloud's metadata address, where no model is and the machine's own credentials are"
            : null
        where fault is not null
        select new ValidationResult($"Providers__{provider.Key}__BaseUrl \"{address}\" {fault}. Set the provider's endpoint, for instance https://api.openai.com/v1, or leave the provider out.");

    private static bool IsOfTheMachine(Uri uri)
    {
        if (!IPAddress.TryParse(uri.IdnHost, out var ip))
            return MetadataHosts.Contains(uri.IdnHost.TrimEnd('.'), StringComparer.OrdinalIgnoreCase);
        var plain = ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
        return plain.IsIPv6LinkLocal || LinkLocal.Contains(plain) || MetadataAddresses.Contains(plain);
    }
}

public sealed class Provider
{
    /// <summary>Ends in <c>/v1</c>.</summary>
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
        return options.Value.Providers.GetValueOrDefault(pin.Provider) is { } provider
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
