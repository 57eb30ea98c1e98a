using System.ComponentModel;
using System.Diagnostics;

namespace LlmOps.AppHost;

/// <summary>Whether a container runtime is not only installed but answers.</summary>
public static class ContainerRuntime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly Lazy<bool> Answer = new(() => Asked().Any(Answers));

    public static bool Answers() => Answer.Value;

    /// <summary>The variable is the one that the app model itself obeys.</summary>
    private static string[] Asked() =>
        Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME") is { Length: > 0 } chosen ? [chosen] : ["docker", "podman"];

    private static bool Answers(string program)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, "info") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (process.WaitForExit(Patience))
                return process.ExitCode == 0;
            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            return false; // there is no such program
        }
    }
}
