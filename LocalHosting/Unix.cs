using System.Runtime.InteropServices;

namespace LlmOps.LocalHosting;

/// <summary>Signals and parents, which .NET does not offer.</summary>
internal static partial class Unix
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    private static readonly string? SetSidPath =
        new[] { "/usr/bin/setsid", "/bin/setsid" }.FirstOrDefault(File.Exists);

    /// <summary>Whether children get a process group of their own (not on macOS, which has no setsid program).</summary>
    public static bool OwnGroups => SetSidPath is not null;

    /// <summary>The command in a session of its own, so that Ctrl+C in the terminal does not reach it before the ordered stop.</summary>
    public static (string Command, IReadOnlyList<string> Arguments) InOwnGroup(string command, IReadOnlyList<string> arguments) =>
        SetSidPath is null ? (command, arguments) : (SetSidPath, [command, .. arguments]);

    /// <summary>Sends to the whole group where the process leads one. A process that is gone is no error.</summary>
    public static void Signal(int pid, int signal) => _ = SendSignal(OwnGroups ? -pid : pid, signal);

    public static bool IsAlive(int pid) => SendSignal(pid, 0) == 0;

    [LibraryImport("libc", EntryPoint = "getppid")]
    public static partial int ParentPid();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
