using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace LlmOps.LocalHosting.Dashboard;

/// <summary>The real Aspire dashboard beside the processes, where its program is found. The application runs the same without it.</summary>
internal sealed class LocalDashboard : IAsyncDisposable
{
    private const string HowToGet = "npm install --global @microsoft/aspire-cli-linux-x64 && aspire setup";

    private readonly Dictionary<string, string> telemetry = [];
    private ResourceService? service;
    private ChildProcess? program;

    public static async Task<LocalDashboard> Start(
        LocalDashboardOptions options, ResourceBoard board, Watchdog watchdog, TimeProvider clock, ILogger log, CancellationToken ct)
    {
        var dashboard = new LocalDashboard();
        if (options.Disabled)
            return dashboard;
        if (options.Program() is not { } path)
            log.LogInformation("No dashboard: its program was not found. To get it: {HowToGet}", HowToGet);
        else if (!IsFree(new Uri(options.PageUrl).Port))
            log.LogWarning("No dashboard: its address {Url} is taken", options.PageUrl);
        else
            await dashboard.Start(path, options, board, watchdog, clock, log, ct);
        return dashboard;
    }

    /// <summary>What a process needs in order to send its traces, metrics and logs here; nothing without a dashboard.</summary>
    public IReadOnlyDictionary<string, string> TelemetryOf(IResource resource) => telemetry.Count == 0 ? telemetry : new Dictionary<string, string>(telemetry)
    {
        ["OTEL_SERVICE_NAME"] = resource.Name,
        ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={resource.Name}", // the dashboard joins telemetry and resource by it
    };

    public async Task Stop()
    {
        if (program is { Exited.IsCompleted: false })
        {
            program.AskToStop();
            if (await Task.WhenAny(program.Exited, Task.Delay(TimeSpan.FromSeconds(3))) != program.Exited)
                program.Kill();
        }
        if (service is not null)
            await service.Stop();
    }

    public async ValueTask DisposeAsync()
    {
        program?.Dispose();
        if (service is not null)
            await service.DisposeAsync();
    }

    private async Task Start(
        string path, LocalDashboardOptions options, ResourceBoard board, Watchdog watchdog, TimeProvider clock, ILogger log, CancellationToken ct)
    {
        var key = RandomNumberGenerator.GetHexString(32, lowercase: true); // only our processes may send, only the dashboard may ask
        var (page, otlp, resources) = (options.PageUrl, options.TelemetryUrl, options.ResourcesUrl);
        service = await ResourceService.Start(new Uri(resources), key, board, clock, ct);
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = page,
            ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = otlp,
            ["DASHBOARD__OTLP__AUTHMODE"] = "ApiKey",
            ["DASHBOARD__OTLP__PRIMARYAPIKEY"] = key,
            ["DASHBOARD__FRONTEND__AUTHMODE"] = "Unsecured",
            ["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = resources,
            ["DASHBOARD__RESOURCESERVICECLIENT__AUTHMODE"] = "ApiKey",
            ["DASHBOARD__RESOURCESERVICECLIENT__APIKEY"] = key,
        };
        try
        {
            program = ChildProcess.Start(new(path, ["dashboard"], Path.GetDirectoryName(Path.GetFullPath(path))!, environment, Unix.Terminate),
                (line, _) => log.LogDebug("[dashboard] {Line}", line));
        }
        catch (Win32Exception e)
        {
            log.LogWarning("No dashboard: {Path} does not start: {Reason}", path, e.Message);
            return;
        }
        watchdog.Watch(program.Pid, Unix.Terminate);
        options.Announce(page);
        telemetry["OTEL_EXPORTER_OTLP_ENDPOINT"] = otlp;
        telemetry["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
        telemetry["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={key}";
        telemetry["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
        telemetry["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
        telemetry["OTEL_METRIC_EXPORT_INTERVAL"] = "5000";
        telemetry["OTEL_TRACES_SAMPLER"] = "always_on";
        telemetry["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
