using System.Security.Cryptography;
using System.Text;

namespace LlmOps.AppHost;

/// <summary>Where this installation keeps its data and its secrets, readable by its owner alone.</summary>
public sealed class DataFolder
{
    private const UnixFileMode Search = UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private DataFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>The folder of that name, in a row of preference: the one asked for, the checkout's own, the system's state directory.
    /// Root runs the servers as another user, who must be able to reach it.</summary>
    /// <param name="asked">What <c>LLMOPS_DATA</c> says.</param>
    public static string Choose(string? asked, string checkout, bool asRoot, Func<string, bool> reachable)
    {
        if (!string.IsNullOrWhiteSpace(asked))
            return System.IO.Path.GetFullPath(asked);
        var own = System.IO.Path.Combine(checkout, ".llmops", "data");
        if (!asRoot || reachable(checkout))
            return own;
        return System.IO.Path.Combine("/var/lib/llmops", ContentHash.OfText(checkout)[..12]);
    }

    public static DataFolder Open(string? asked, string checkout)
    {
        var asRoot = Environment.IsPrivilegedProcess;
        var path = Choose(asked, checkout, asRoot, SearchableByAll);
        try
        {
            Directory.CreateDirectory(path);
            Guard(path, asRoot);
            if (path.StartsWith(System.IO.Path.Combine(checkout, ".llmops"), StringComparison.Ordinal))
                Guard(System.IO.Path.GetDirectoryName(path)!, asRoot);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Halt.With($"the data folder {path} cannot be used: {e.Message} Set LLMOPS_DATA to a folder of your own.");
        }
        if (asRoot && !SearchableByAll(path))
            Halt.With($"the servers run as an unprivileged user, who cannot reach {path}: one of its parent folders is closed to others. Set LLMOPS_DATA to another folder, or chmod o+x the parents.");
        return new DataFolder(path);
    }

    /// <summary>Removes everything but the lock, which the caller holds.</summary>
    public void Empty()
    {
        foreach (var file in Directory.EnumerateFiles(Path).Where(file => System.IO.Path.GetFileName(file) is not ("lock" or "host")))
            File.Delete(file);
        foreach (var folder in Directory.EnumerateDirectories(Path))
            Directory.Delete(folder, recursive: true);
    }

    public string Of(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A secret of 32 random bytes in hex, made at first use and the same ever after.</summary>
    public string Secret(string name)
    {
        var file = Of(name);
        if (!File.Exists(file))
            WritePrivate(file, RandomNumberGenerator.GetHexString(64, lowercase: true));
        return File.ReadAllText(file, Encoding.UTF8).Trim();
    }

    /// <summary>Writes the whole file at once, for its owner alone.</summary>
    public static void WritePrivate(string file, string text)
    {
        var draft = $"{file}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(draft, options))
            stream.Write(Encoding.UTF8.GetBytes(text + "\n"));
        File.Move(draft, file, overwrite: true);
    }

    /// <summary>Closed to others, except that root's servers, who run as another user, may pass through it.</summary>
    private static void Guard(string folder, bool asRoot)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, asRoot ? Owner | Search : Owner);
    }

    private static bool SearchableByAll(string path)
    {
        for (var folder = new DirectoryInfo(path); folder is not null; folder = folder.Parent)
        {
            if (folder.Exists && !folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        }
        return true;
    }
}
