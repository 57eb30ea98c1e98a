using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace LlmOps.LocalHosting;

/// <summary>Ends the host when the process it belongs to is gone: a <c>dotnet run</c> above it, or the one that <c>LLMOPS_OWNER</c> names.
/// A shell is no owner: it may go and leave the host running.</summary>
internal sealed class OwnerWatch(IConfiguration configuration, IHostApplicationLifetime lifetime, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            return;

        var parent = Unix.ParentPid();
        var parentOwns = NameOf(parent) == "dotnet";
        var owner = int.TryParse(configuration["LLMOPS_OWNER"], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : (int?)null;
        if (!parentOwns && owner is null)
            return;

        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var abandoned = (parentOwns && Unix.ParentPid() != parent) || (owner is { } o && !Unix.IsAlive(o));
            if (!abandoned)
                continue;
            lifetime.StopApplication();
            return;
        }
    }

    private static string? NameOf(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.ProcessName;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
