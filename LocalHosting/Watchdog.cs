using System.Diagnostics;
using System.Globalization;

namespace LlmOps.LocalHosting;

/// <summary>A small shell that outlives the host and ends its children, should the host be killed. It learns of that by the end of a pipe.</summary>
internal sealed class Watchdog : IDisposable
{
    private readonly Process shell;
    private readonly StreamWriter pipe;
    private readonly Lock gate = new();

    public Watchdog()
    {
        var (program, arguments) = Unix.InOwnGroup("/bin/sh", [Path.Combine(AppContext.BaseDirectory, "watchdog.sh")]);
        var info = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, UseShellExecute = false, WorkingDirectory = "/" };
        info.Environment["GROUP"] = Unix.OwnGroups ? "-" : "";
        shell = Process.Start(info) ?? throw new InvalidOperationException("/bin/sh did not start");
        pipe = shell.StandardInput;
        pipe.AutoFlush = true;
    }

    public void Watch(int pid, int stopSignal) => Tell($"+ {pid} {(stopSignal == Unix.Interrupt ? "INT" : "TERM")}");

    public void Forget(int pid) => Tell($"- {pid}");

    /// <summary>The end of its input: it finds nothing left to end, and goes.</summary>
    public void Dispose()
    {
        pipe.Dispose();
        shell.Dispose();
    }

    private void Tell(FormattableString line)
    {
        lock (gate)
            pipe.Write(line.ToString(CultureInfo.InvariantCulture) + "\n");
    }
}
