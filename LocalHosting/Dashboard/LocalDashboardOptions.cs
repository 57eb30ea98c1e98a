using Microsoft.Extensions.Configuration;

namespace LlmOps.LocalHosting.Dashboard;

/// <summary>Where the dashboard program is and which addresses it and we listen on; the names are those of the full host.</summary>
internal sealed class LocalDashboardOptions(IConfiguration configuration, bool disabled)
{
    public bool Disabled => disabled;

    /// <summary>The page that people open.</summary>
    public string PageUrl => configuration["ASPNETCORE_URLS"]?.Split(';')[0] is { Length: > 0 } url ? url : "http://localhost:18888";

    /// <summary>Where the processes send traces, metrics and logs (OTLP over gRPC).</summary>
    public string TelemetryUrl => configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] is { Length: > 0 } url ? url : $"http://localhost:{Ports.Free()}";

    /// <summary>Where the dashboard asks us about resources.</summary>
    public string ResourcesUrl => configuration["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] is { Length: > 0 } url ? url : $"http://localhost:{Ports.Free()}";

    /// <summary>Lets the rest of the host know that the dashboard is there.</summary>
    public void Announce(string page) => configuration["LlmOps:Dashboard"] = page;

    /// <summary>The program: the one named, else the one that the Aspire command unpacked. Null when there is none.</summary>
    public string? Program()
    {
        if (configuration["LlmOps:DashboardPath"] is { Length: > 0 } named)
            return named;
        var home = configuration["ASPIRE_HOME"] is { Length: > 0 } asked ? asked : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aspire");
        var program = Path.Combine(home, "bundle", "managed", "aspire-managed");
        return File.Exists(program) ? program : null;
    }
}
