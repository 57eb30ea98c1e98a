using System.Diagnostics;
using System.Globalization;

namespace LlmOps.AppHost;

/// <summary>One host per data folder. The operating system frees the lock however the host ends.</summary>
public sealed class HostLock : IDisposable
{
    private readonly FileStream file;
    private readonly string description;

    private HostLock(FileStream file, string description, bool previousWasKilled) =>
        (this.file, this.description, PreviousWasKilled) = (file, description, previousWasKilled);

    /// <summary>The host before this one did not stop in order, so its children may need some seconds more to end.</summary>
    public bool PreviousWasKilled { get; }

    /// <summary>Null when another host holds the folder; <paramref name="holder"/> then says where it runs.</summary>
    public static HostLock? Take(string folder, out string holder)
    {
        var note = Path.Combine(folder, "host");
        try
        {
            var held = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var previousWasKilled = File.Exists(note);
            DataFolder.WritePrivate(note, string.Create(CultureInfo.InvariantCulture, $"pid {Environment.ProcessId}, started {Process.GetCurrentProcess().StartTime:yyyy-MM-dd HH:mm:ss}"));
            holder = "";
            return new HostLock(held, note, previousWasKilled);
        }
        catch (IOException) when (File.Exists(note))
        {
            holder = File.ReadAllText(note).Trim();
            return null;
        }
    }

    /// <summary>Adds where people find this host, for whoever starts a second one.</summary>
    public void Tell(string address) => DataFolder.WritePrivate(description, $"{File.ReadAllText(description).Trim()}, {address}");

    public void Dispose()
    {
        File.Delete(description);
        file.Dispose();
    }
}
