using System.Diagnostics;

namespace LlmOps.LocalHosting;

/// <summary>What to start: a program with its arguments, folder and environment.</summary>
/// <param name="Environment">Set over what the host itself was given.</param>
/// <param name="StopSignal">SIGTERM for a service; SIGINT for a server, which Postgres takes as "end now, cleanly".</param>
internal sealed record ChildCommand(
    string Program, IReadOnlyList<string> Arguments, string Folder, IReadOnlyDictionary<string, string> Environment, int StopSignal);

/// <summary>One running process, in a group of its own.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly string[] NotInherited = ["ASPNETCORE_", "ASPIRE_", "DASHBOARD__", "ConnectionStrings__", "Parameters__", "DOTNET_LAUNCH_PROFILE", "DOTNET_ENVIRONMENT"];

    private readonly Process process;
    private readonly TaskCompletionSource<int> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int stopSignal;

    private ChildProcess(Process process, int stopSignal)
    {
        (this.process, this.stopSignal) = (process, stopSignal);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => exited.TrySetResult(process.ExitCode);
    }

    public int Pid => process.Id;

    /// <summary>The exit code, 128 + n for an end by signal n.</summary>
    public Task<int> Exited => exited.Task;

    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static ChildProcess Start(ChildCommand command, Action<string, bool> output)
    {
        if (!Directory.Exists(command.Folder))
            throw new DirectoryNotFoundException($"there is no folder {command.Folder}");
        var (program, arguments) = Unix.InOwnGroup(command.Program, command.Arguments);
        var info = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = command.Folder,
            UseShellExecute = false,
            RedirectStandardInput = true, // an empty input, not the terminal
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in info.Environment.Keys.Where(Foreign).ToArray())
            info.Environment.Remove(name);
        foreach (var (name, value) in command.Environment)
            info.Environment[name] = value;

        var child = new ChildProcess(new Process { StartInfo = info }, command.StopSignal);
        child.Start(output);
        return child;
    }

    public void AskToStop() => Unix.Signal(Pid, stopSignal);

    public void Kill() => Unix.Signal(Pid, Unix.Kill);

    public void Dispose() => process.Dispose();

    private void Start(Action<string, bool> output)
    {
        process.Start();
        process.StandardInput.Close();
        _ = Read(process.StandardOutput, line => output(line, false));
        _ = Read(process.StandardError, line => output(line, true));
    }

    private static bool Foreign(string name) => NotInherited.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static async Task Read(StreamReader reader, Action<string> output)
    {
        try
        {
            await foreach (var line in OutputCap.Lines(reader, CancellationToken.None))
                output(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process is gone and its pipe with it: there is nothing left to read.
        }
    }
}
