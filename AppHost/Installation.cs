using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace LlmOps.AppHost;

/// <summary>This checkout, run on this machine: its data, its lock, its ports.</summary>
public sealed record Installation(string Checkout, DataFolder Data, HostLock Lock, LocalPorts Ports)
{
    private static readonly TimeSpan ChildrenEndWithin = TimeSpan.FromSeconds(8);

    /// <summary>Names the container volume of the database: with fresh data comes a fresh volume.</summary>
    public string VolumeName => $"llmops-{Data.Secret("volume")[..12]}";

    public static Installation Open(string appHostDirectory, IConfiguration configuration)
    {
        var checkout = Path.GetFullPath(Path.Combine(appHostDirectory, ".."));
        var data = DataFolder.Open(configuration["LLMOPS_DATA"], checkout);
        var held = HostLock.Take(data.Path, out var holder);
        if (held is null)
            LlmOps.AppHost.Halt.With($"it already runs on the data in {data.Path}: {holder}. Stop that one, or start a second with LLMOPS_DATA=<other folder> LLMOPS_PORTS=auto.");
        if (configuration["fresh"] is "true")
            data.Empty();

        var auto = string.Equals(configuration["LLMOPS_PORTS"], "auto", StringComparison.OrdinalIgnoreCase);
        return new(checkout, data, held, new LocalPorts(auto, held.PreviousWasKilled ? ChildrenEndWithin : TimeSpan.Zero, TimeProvider.System));
    }

    /// <summary>The port of a process, or the end of the start.</summary>
    public int PortOf(string resource, int port)
    {
        var taken = Ports.Take(resource, port);
        if (taken.Refused)
            Halt(taken.Refusal.Detail);
        return taken.Value.Number;
    }

    /// <summary>Ends the start in order: the next one need not think that this one was killed.</summary>
    [DoesNotReturn]
    public void Halt(string message)
    {
        Lock.Dispose();
        LlmOps.AppHost.Halt.With(message);
    }

    /// <summary>The dashboard's page has a known address; what it listens on for us is nobody's business and takes a free port.</summary>
    public void AddressDashboard(IConfiguration configuration)
    {
        if (string.IsNullOrEmpty(configuration["ASPNETCORE_URLS"]))
            configuration["ASPNETCORE_URLS"] = "http://localhost:18888";
        if (Ports.Auto)
            configuration["ASPNETCORE_URLS"] = $"http://localhost:{Ports.Free()}";
        configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] ??= $"http://localhost:{Ports.Free()}";
        configuration["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] ??= $"http://localhost:{Ports.Free()}";
    }
}
