using System.Net.Http.Headers;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmOps.Tests;

/// <summary>A service in process on its own real database, with a key per role. Neighbours are away unless a test stands in for one.</summary>
/// <typeparam name="TService">Any public type of the service.</typeparam>
public abstract class TestService<TService>(string name) : WebApplicationFactory<TService>, IAsyncLifetime where TService : class
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmops-test-").FullName;

    public InstallationSecret Secret { get; } = new("test-secret");

    public Database<TService> Database { get; } = new();

    public Clock Clock { get; } = new();

    /// <summary>A client that calls as the local person of that role (<c>engineer@local</c>, …).</summary>
    public HttpClient As(Role role)
    {
        var client = CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey.Local(role, Secret).Reveal());
        return client;
    }

    /// <summary>A client that calls as one of our own processes.</summary>
    public HttpClient AsService(string process)
    {
        var client = CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey.Service(process, Secret).Reveal());
        return client;
    }

    public virtual ValueTask InitializeAsync() => Database.InitializeAsync();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stand-ins at the true border: <c>services.Stand(…)</c>, options, clocks.</summary>
    protected virtual void Arrange(IServiceCollection services)
    {
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("ConnectionStrings:" + name, Database.Connection);
        builder.UseSetting("Access:Secret", "test-secret");
        builder.UseSetting("Access:LocalKeys", "true");
        builder.UseSetting("Storage:Folder", folder);
        builder.UseSetting("Logging:LogLevel:Default", "Warning");
        foreach (var neighbour in ApiKey.Services)
            builder.UseSetting($"services:{neighbour}:http:0", "http://127.0.0.1:9");
        builder.ConfigureTestServices(services =>
        {
            // Workers are stepped by the tests, through their Pass; migrations were applied by the template.
            foreach (var worker in services.Where(service => service.ServiceType == typeof(IHostedService)
                && (service.ImplementationType ?? service.ImplementationFactory?.Method.ReturnType) is { } type && typeof(BackgroundService).IsAssignableFrom(type)).ToArray())
                services.Remove(worker);
            services.AddSingleton<TimeProvider>(Clock);
            Arrange(services);
        });
    }

    protected override IHost CreateHost(IHostBuilder builder)
    {
        var host = base.CreateHost(builder);
        var keys = Enum.GetValues<Role>().Where(role => role != Role.Service).Select(role => (Role: role, Key: ApiKey.Local(role, Secret)))
            .Select(seed => new KeyRecord(seed.Key.Id, Secret.Mac(seed.Key.Secret), seed.Role, LocalPerson.Of(seed.Role), "*", null, false));
        host.Services.GetRequiredService<AccessCache>().Take(Secret.Sign(Json.Write(new AccessSnapshot(1_000_000, [.. keys]))));
        return host;
    }
}

public static class StandIns
{
    /// <summary>Answers a typed client's calls from a function: faked at the true border, the wire.</summary>
    public static void Stand<TClient>(this IServiceCollection services, Func<HttpRequestMessage, Task<HttpResponseMessage>> answer) where TClient : class =>
        services.AddHttpClient(typeof(TClient).Name).ConfigurePrimaryHttpMessageHandler(() => new StubHttp(answer));
}
