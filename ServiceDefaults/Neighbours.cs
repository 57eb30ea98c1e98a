using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps;

/// <summary>How a process reaches its neighbours: addresses from configuration (<c>services:prompts:http:0</c>), its own service key on every call.</summary>
public static class Neighbours
{
    internal static void AddNeighbours(this WebApplicationBuilder builder, string name)
    {
        var secret = new InstallationSecret(builder.Configuration["Access:Secret"]
            ?? throw new InvalidOperationException("Access:Secret is not set. The AppHost hands it to every process; start with ./run.sh, or set Access__Secret."));
        builder.Services.AddSingleton(secret);
        builder.Services.AddSingleton(new ProcessName(name));
    }

    /// <summary>A typed client for a neighbour, calling as this process.</summary>
    public static IHttpClientBuilder AddNeighbour<TClient>(this IServiceCollection services, string neighbour) where TClient : class =>
        services.AddHttpClient<TClient>((provider, http) =>
        {
            http.BaseAddress = AddressOf(provider.GetRequiredService<IConfiguration>(), neighbour);
            var own = ApiKey.Service(provider.GetRequiredService<ProcessName>().Value, provider.GetRequiredService<InstallationSecret>());
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", own.Reveal());
            http.Timeout = TimeSpan.FromSeconds(30);
        });

    /// <exception cref="InvalidOperationException">The AppHost gave this process no reference to that neighbour.</exception>
    public static Uri AddressOf(IConfiguration configuration, string neighbour) =>
        configuration[$"services:{neighbour}:http:0"] is { Length: > 0 } url
            ? new Uri(url.TrimEnd('/') + "/")
            : throw new InvalidOperationException($"There is no address for \"{neighbour}\". Add .WithReference({neighbour}) in AppHost.cs, or set services__{neighbour}__http__0.");
}

/// <summary>The name this process was started under.</summary>
public sealed record ProcessName(string Value);
