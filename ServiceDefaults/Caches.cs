using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace LlmOps;

/// <summary>Redis: signals and what can be rebuilt. Nothing waits for it and nothing is lost without it.</summary>
public static class Caches
{
    /// <summary>Registers the connection, which keeps trying in the background when Redis is away.</summary>
    public static void AddCache(this WebApplicationBuilder builder, string name)
    {
        if (builder.Configuration.GetConnectionString(name) is not { Length: > 0 } connection)
            return;
        builder.Services.AddSingleton<IConnectionMultiplexer>(_ =>
        {
            var options = ConfigurationOptions.Parse(connection);
            options.AbortOnConnectFail = false;
            return ConnectionMultiplexer.Connect(options);
        });
    }
}
