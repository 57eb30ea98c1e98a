using System.Diagnostics;
using System.Globalization;

namespace LlmOps.Tests;

/// <summary>Other processes of this machine, as <c>ps</c> and <c>kill</c> know them.</summary>
public static class Processes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="Started">With the pid it names a process for good: pids are used again.</param>
    public sealed record Running(int Pid, int Parent, string Command, string Started);

    /// <summary>A process with all that it started, and what those started.</summary>
    public static IReadOnlyList<Running> TreeOf(int pid)
    {
        var all = All();
        var tree = all.Where(process => process.Pid == pid).ToList();
        for (var i = 0; i < tree.Count; i++)
            tree.AddRange(all.Where(process => process.Parent == tree[i].Pid));
        return tree;
    }

    /// <summary>Those of a list that still live; a zombie, which only waits for its parent to look, does not.</summary>
    public static IReadOnlyList<Running> StillAlive(IEnumerable<Running> processes)
    {
        var alive = All().Select(process => (process.Pid, process.Started)).ToHashSet();
        return [.. processes.Where(process => alive.Contains((process.Pid, process.Started)))];
    }

    /// <summary>Waits until none of them is left.</summary>
    public static async Task AllEnd(IReadOnlyList<Running> processes)
    {
        var waited = Stopwatch.StartNew();
        while (StillAlive(processes) is { Count: > 0 } left)
        {
            Assert.True(waited.Elapsed < Patience, $"still alive:\n{string.Join('\n', left)}");
            await Task.Delay(100);
        }
    }

    public static void Signal(int pid, string signal)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -s {signal} {pid.ToString(CultureInfo.InvariantCulture)}"]);
        kill.WaitForExit();
    }

    private static List<Running> All()
    {
        using var ps = Process.Start(new ProcessStartInfo("ps", ["-A", "-o", "pid=,ppid=,stat=,lstart=,args="]) { RedirectStandardOutput = true, UseShellExecute = false, Environment = { ["LC_ALL"] = "C" } })!;
        var lines = ps.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        ps.WaitForExit();
        return [.. from line in lines
                   let words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                   where words.Length > 8 && words[2][0] != 'Z'
                   select new Running(int.Parse(words[0], CultureInfo.InvariantCulture), int.Parse(words[1], CultureInfo.InvariantCulture),
                       string.Join(' ', words[8..]), string.Join(' ', words[3..8]))];
    }
}
