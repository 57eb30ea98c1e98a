using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace LlmOps;

/// <summary>What every process is made with: telemetry, health, problem details, JSON, callers, neighbours.</summary>
public static class Defaults
{
    /// <param name="name">The process's name: its resource, its database, its service key, its telemetry.</param>
    public static WebApplicationBuilder AddDefaults(this WebApplicationBuilder builder, string name)
    {
        builder.Services.Configure<JsonOptions>(options => Json.Configure(options.SerializerOptions));
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = Problems.Explain);
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true); // so that the answer can say what is wrong with the request
        builder.Services.AddOpenApi();
        builder.Services.AddHealthChecks();
        builder.Services.AddOptions<StorageOptions>().BindConfiguration("Storage");
        builder.AddTelemetry(name);
        builder.AddNeighbours(name);
        builder.AddCallers();
        return builder;
    }

    /// <summary>The middleware and the addresses that every process has: /health (ready), /alive (live), /openapi/v1.json.</summary>
    public static WebApplication UseDefaults(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { StatusCodeSelector = Problems.Status, SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException });
        app.UseStatusCodePages();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = WriteHealth }).AllowAnonymous();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") }).AllowAnonymous();
        app.MapOpenApi();
        return app;
    }

    /// <summary>The parts that are not well, by name and reason, so that a person need not search.</summary>
    private static Task WriteHealth(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        var parts = report.Entries.ToDictionary(entry => entry.Key, entry => new { status = entry.Value.Status, entry.Value.Description });
        return context.Response.WriteAsync(JsonSerializer.Serialize(new { report.Status, parts }, Json.Options));
    }
}
