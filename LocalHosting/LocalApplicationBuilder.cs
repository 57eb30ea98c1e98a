using System.Collections.ObjectModel;
using System.Reflection;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using LlmOps.LocalHosting.Dashboard;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmOps.LocalHosting;

/// <summary>Builds an application whose resources are plain child processes of this one.</summary>
internal sealed class LocalApplicationBuilder : IDistributedApplicationBuilder
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(30);

    private readonly HostApplicationBuilder host;
    private readonly ResourceCollection resources = [];

    public LocalApplicationBuilder(DistributedApplicationOptions options)
    {
        AppHostDirectory = HostDirectory();
        host = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = options.Args, ContentRootPath = AppHostDirectory });
        host.Logging.AddSimpleConsole(console => console.SingleLine = true)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None); // every refused probe of a starting process is an "error" to it
        Services.Configure<HostOptions>(o => o.ShutdownTimeout = StopWithin);
        Services.AddHealthChecks();
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(_ => new LocalDashboardOptions(Configuration, options.DisableDashboard));
        Services.AddSingleton<IReadOnlyList<IResource>>(_ => resources);
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton<ResourceBoard>();
        Services.AddSingleton<LocalOrchestrator>();
        Services.AddSingleton(services => new ResourceNotificationService(services.GetRequiredService<LocalOrchestrator>()));
        Services.AddHostedService(services => services.GetRequiredService<LocalOrchestrator>());
        Services.AddHostedService<OwnerWatch>();
    }

    public ConfigurationManager Configuration => host.Configuration;
    public string AppHostDirectory { get; }
    public IHostEnvironment Environment => host.Environment;
    public IServiceCollection Services => host.Services;
    public DistributedApplicationExecutionContext ExecutionContext { get; } = new(DistributedApplicationOperation.Run);
    public IResourceCollection Resources => resources;

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        if (resources.Any(other => string.Equals(other.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
            throw new DistributedApplicationException($"Two resources are called \"{resource.Name}\"; names must differ in more than case.");
        resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build() => new(host.Build());

    private static string HostDirectory()
    {
        var metadata = Assembly.GetEntryAssembly()?.GetCustomAttributes<AssemblyMetadataAttribute>() ?? [];
        return metadata.FirstOrDefault(attribute => attribute.Key == "apphostprojectpath")?.Value ?? Directory.GetCurrentDirectory();
    }

    private sealed class ResourceCollection : Collection<IResource>, IResourceCollection;

    private sealed class ResourceBuilder<T>(IDistributedApplicationBuilder application, T resource) : IResourceBuilder<T> where T : IResource
    {
        public IDistributedApplicationBuilder ApplicationBuilder => application;
        public T Resource => resource;

        public IResourceBuilder<T> WithAnnotation<TAnnotation>(TAnnotation annotation) where TAnnotation : IResourceAnnotation
        {
            resource.Annotations.Add(annotation);
            return this;
        }
    }
}
