using LlmOps.Tests.Gateway;

namespace LlmOps.Tests.Sdk;

/// <summary>The gateway on a real socket, with one route <c>sdk</c>.</summary>
public sealed class SdkGateway : GatewayService
{
    public const string Route = "sdk";

    public SdkGateway() => UseKestrel(0);

    /// <summary>All that a client of OpenAI changes, with <see cref="Key"/>.</summary>
    public Uri Address { get; private set; } = null!;

    public string Key => ApiKey.Local(Role.Engineer, Secret).Reveal();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        StartServer();
        Address = new Uri(ClientOptions.BaseAddress, "v1");
        Serve(Route, Bundles.Make());
    }
}
