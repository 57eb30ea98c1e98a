using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmOps.AppHost;

/// <summary>Tells people and programs, once all processes are healthy.</summary>
internal sealed class Announcement(
    IReadOnlyList<EndpointReference> processes, Installation installation, IConfiguration configuration,
    ResourceNotificationService resources, HostLock held, TimeProvider clock) : BackgroundService
{
    private string File => configuration["LLMOPS_ENDPOINTS"] is { Length: > 0 } asked ? asked : Path.Combine(installation.Checkout, ".llmops", "endpoints.json");

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (System.IO.File.Exists(File)) // stopped before all were healthy, there may not even be a folder
            System.IO.File.Delete(File);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(processes.Select(process => resources.WaitForResourceHealthyAsync(process.Resource.Name, stoppingToken)));

        var endpoints = Collect();
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        DataFolder.WritePrivate(File, JsonSerializer.Serialize(endpoints, Json.Indented));
        held.Tell($"console {endpoints.Addresses["web"]}");
        Console.WriteLine(Table(endpoints, clock.GetUtcNow() - new DateTimeOffset(Process.GetCurrentProcess().StartTime)));
    }

    private Endpoints Collect()
    {
        var addresses = processes.ToDictionary(process => process.Resource.Name, process => process.Url);
        if (configuration["LlmOps:Dashboard"] is { Length: > 0 } dashboard)
            addresses["dashboard"] = dashboard;
        var secret = new InstallationSecret(installation.Data.Secret("access-secret"));
        var keys = Enum.GetValues<Role>().Where(role => role != Role.Service)
            .ToDictionary(LocalPerson.Words, role => ApiKey.Local(role, secret).Reveal());
        return new(addresses, keys);
    }

    private static string Table(Endpoints endpoints, TimeSpan took)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"LlmOps is ready in {took.TotalSeconds:0.0} s. Stop with Ctrl+C.");
        foreach (var (name, url) in endpoints.Addresses)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {name,-16} {url}");
        text.AppendLine("Local keys, one for each role:");
        foreach (var (role, key) in endpoints.Keys)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {role,-16} {key}");
        return text.ToString();
    }
}

internal static class AnnouncementExtensions
{
    /// <summary>Only when run here: a published application has no such file. With <c>--describe=FILE</c> the map is written there, and nothing starts.</summary>
    public static void AnnounceWhenHealthy(this IDistributedApplicationBuilder builder, Infrastructure infrastructure, IReadOnlyList<IResourceBuilder<ProjectResource>> processes)
    {
        if (infrastructure.Installation is not { } installation)
            return;
        if (builder.Configuration["describe"] is { Length: > 0 } file)
        {
            System.IO.File.WriteAllText(file, JsonSerializer.Serialize(Map.Of(builder.Resources), Json.Indented));
            installation.Lock.Dispose();
            Environment.Exit(0);
        }
        builder.Services.AddSingleton(_ => installation.Lock); // freed with the host, when all has stopped
        builder.Services.AddHostedService(services => new Announcement(
            [.. processes.Select(process => process.GetEndpoint("http"))], installation, builder.Configuration,
            services.GetRequiredService<ResourceNotificationService>(), services.GetRequiredService<HostLock>(), TimeProvider.System));
    }
}
