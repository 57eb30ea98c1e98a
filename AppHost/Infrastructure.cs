using Microsoft.Extensions.Configuration;

namespace LlmOps.AppHost;

/// <summary>What every process stands on. Servers: a given connection string wins; else a container, where a container runtime answers;
/// else private local servers. Published, they are Azure's. The only file that differs between the feeds.</summary>
public sealed record Infrastructure(
    IReadOnlyDictionary<string, IResourceBuilder<IResourceWithConnectionString>> Databases, IResourceBuilder<IResourceWithConnectionString> Redis,
    IResourceBuilder<ParameterResource> Secret, Installation? Installation)
{
    public IResourceBuilder<IResourceWithConnectionString> Database(string owner) => Databases[owner];
}

public static class InfrastructureExtensions
{
    public static Infrastructure AddInfrastructure(this IDistributedApplicationBuilder builder, string[] databases)
    {
#if FULL_FEED
        if (builder.ExecutionContext.IsPublishMode)
            return builder.AddAzure(databases);
#endif
        var installation = Installation.Open(builder.AppHostDirectory, builder.Configuration);
        installation.AddressDashboard(builder.Configuration);
#if FULL_FEED
        builder.Configuration["LlmOps:Dashboard"] = builder.Configuration["ASPNETCORE_URLS"]; // it always runs there
#endif
        return new(
            builder.AddPostgresFor(databases, installation), builder.AddRedisFor(installation),
            builder.AddParameter("access-secret", () => installation.Data.Secret("access-secret"), secret: true), installation);
    }

    /// <summary>How a process runs on Container Apps. Those that work without being asked never scale to zero; those that only answer need not stay.</summary>
    public static IResourceBuilder<ProjectResource> OnContainerApps(this IResourceBuilder<ProjectResource> process)
    {
#if FULL_FEED
        process.PublishAsAzureContainerApp((_, app) =>
        {
            app.Template.Scale.MinReplicas = process.Resource.Name is "evalrunner" ? 0 : 1;
            app.Template.Scale.MaxReplicas = 10;
        });
#endif
        return process;
    }

    private static IReadOnlyDictionary<string, IResourceBuilder<IResourceWithConnectionString>> AddPostgresFor(
        this IDistributedApplicationBuilder builder, string[] databases, Installation installation)
    {
        if (GivenPostgres.In(builder.Configuration, databases, installation) is { } given)
            return given.AddTo(builder);
#if FULL_FEED
        if (ContainerRuntime.Answers())
        {
            var password = builder.AddParameter("postgres-password", () => installation.Data.Secret("postgres-password"), secret: true);
            var server = builder.AddPostgres("postgres", password: password).WithDataVolume(installation.VolumeName);
            return databases.ToDictionary(
                name => name, name => (IResourceBuilder<IResourceWithConnectionString>)server.AddDatabase($"{name}-db", name));
        }
#endif
        return LocalPostgres.AddTo(builder, databases, installation);
    }

    private static IResourceBuilder<IResourceWithConnectionString> AddRedisFor(this IDistributedApplicationBuilder builder, Installation installation)
    {
        if (builder.Configuration.GetConnectionString("redis") is { Length: > 0 })
            return builder.AddConnectionString("redis");
#if FULL_FEED
        if (ContainerRuntime.Answers())
            return builder.AddRedis("redis");
#endif
        return LocalRedis.AddTo(builder, installation);
    }

#if FULL_FEED
    private static Infrastructure AddAzure(this IDistributedApplicationBuilder builder, string[] databases)
    {
        var logs = builder.AddAzureLogAnalyticsWorkspace("logs");
        builder.AddAzureContainerAppEnvironment("aca").WithAzureLogAnalyticsWorkspace(logs).WithDashboard();
        var vault = builder.AddAzureKeyVault("vault");
        var server = builder.AddAzurePostgresFlexibleServer("postgres").WithPasswordAuthentication(vault);
        return new(
            databases.ToDictionary(name => name, name => (IResourceBuilder<IResourceWithConnectionString>)server.AddDatabase($"{name}-db", name)),
            builder.AddAzureManagedRedis("redis").WithAccessKeyAuthentication(vault),
            builder.AddParameter("access-secret", secret: true), Installation: null);
    }
#endif
}
