namespace LlmOps.AppHost;

/// <summary>What is the same for every process of the map.</summary>
internal static class Processes
{
    /// <summary>Its address, its health, the installation's secret and a folder of its own.</summary>
    public static IResourceBuilder<ProjectResource> Joins(this IResourceBuilder<ProjectResource> process, Infrastructure infrastructure, int port)
    {
        var name = process.Resource.Name;
        if (infrastructure.Installation is not { } installation)
            return process.WithHttpEndpoint().WithHttpHealthCheck("/health").WithEnvironment("Access__Secret", infrastructure.Secret).OnContainerApps();

        return process
            .WithHttpEndpoint(port: installation.PortOf(name, port), isProxied: false)
            .WithHttpHealthCheck("/health")
            .WithEnvironment("ASPNETCORE_ENVIRONMENT", "Development")
            .WithEnvironment("Access__Secret", infrastructure.Secret)
            .WithEnvironment("Access__LocalKeys", "true")
            .WithEnvironment("Storage__Folder", installation.Data.Of(name))
            .WithEnvironment("Logging__Console__FormatterName", "simple")
            .WithEnvironment("Logging__Console__FormatterOptions__SingleLine", "true")
            .WithEnvironment("Logging__LogLevel__Microsoft.AspNetCore", "Warning")
            .WithEnvironment("Logging__LogLevel__LlmOps.Callers", "Warning") // a wrong key is the caller's news, not the operator's
            .WithEnvironment("Logging__LogLevel__Microsoft.AspNetCore.DataProtection", "Error") // its keys lie in the installation's own folder
            .WithEnvironment("Logging__LogLevel__Microsoft.Hosting.Lifetime", "Warning")
            .WithEnvironment("Logging__LogLevel__System.Net.Http.HttpClient", "Warning")
            .WithEnvironment("Logging__LogLevel__Microsoft.Extensions.Diagnostics.HealthChecks", "None") // the host asks, and says who is unwell
            .WithEnvironment("DOTNET_gcServer", "0") // eight small processes share one machine
            .TellsTheGivenReceiver();
    }

    /// <summary>A receiver of telemetry that the host's own environment names wins over the dashboard.</summary>
    private static IResourceBuilder<ProjectResource> TellsTheGivenReceiver(this IResourceBuilder<ProjectResource> process)
    {
        var configuration = process.ApplicationBuilder.Configuration;
        return string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]) ? process : process
            .WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])
            .WithEnvironment("OTEL_EXPORTER_OTLP_PROTOCOL", configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] ?? "grpc")
            .WithEnvironment("OTEL_EXPORTER_OTLP_HEADERS", configuration["OTEL_EXPORTER_OTLP_HEADERS"] ?? "") // the dashboard's key is not for others
            .WithEnvironment("OTEL_SERVICE_NAME", process.Resource.Name);
    }

    /// <summary>Gives the database under the name of the process, and waits for it.</summary>
    public static IResourceBuilder<ProjectResource> Owns(this IResourceBuilder<ProjectResource> process, IResourceBuilder<IResourceWithConnectionString> database) =>
        process.WithReference(database, process.Resource.Name).WaitFor(database);
}
