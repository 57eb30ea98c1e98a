using System.Globalization;

namespace LlmOps.AppHost;

/// <summary>Finds the Postgres programs of this machine.</summary>
public static class PostgresPrograms
{
    private const string HowToGet = "Install it (Debian, Ubuntu: apt-get install postgresql; no cluster of the system is used), or name a server in ConnectionStrings__postgres.";

    /// <summary>Debian, Red Hat (<c>/usr/pgsql-17</c>), Homebrew.</summary>
    private static readonly string[] Parents = ["/usr/lib/postgresql", "/usr", "/opt/homebrew/opt", "/usr/local/opt"];

    /// <summary>The newest version, or for existing data the version that made it.</summary>
    /// <param name="madeBy">Major version that the data folder was made by; null for a new one.</param>
    /// <param name="folders">Folders that hold <c>initdb</c> and <c>postgres</c>, with their major versions; 0 where unknown.</param>
    public static Result<string> Choose(int? madeBy, IReadOnlyCollection<(string Folder, int Major)> folders)
    {
        if (folders.Count == 0)
            return Refusal.NotFound("no-postgres", $"there is no Postgres on this machine. {HowToGet}");
        if (madeBy is null)
            return folders.MaxBy(folder => folder.Major).Folder;
        var same = folders.Where(folder => folder.Major == madeBy || folder.Major == 0).OrderByDescending(folder => folder.Major).Select(folder => folder.Folder).FirstOrDefault();
        return same is null
            ? Refusal.NotFound("other-postgres", $"the data was made by Postgres {madeBy}, which is not on this machine any more. Install postgresql-{madeBy}, or start with empty data: ./run.sh --fresh.")
            : same;
    }

    public static IReadOnlyCollection<(string Folder, int Major)> Installed()
    {
        var versioned = Parents.Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories)
            .Select(folder => (Folder: Path.Combine(folder, "bin"), Major: MajorIn(Path.GetFileName(folder))));
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => (Folder: folder, Major: 0));
        return [.. versioned.Concat(onPath).Where(candidate => IsThere(Path.Combine(candidate.Folder, "initdb")) && IsThere(Path.Combine(candidate.Folder, "postgres")))];
    }

    /// <summary>Null where there is no data yet.</summary>
    public static int? MadeBy(string cluster)
    {
        var file = Path.Combine(cluster, "PG_VERSION");
        return File.Exists(file) ? int.Parse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture) : null;
    }

    /// <summary>A link may have outlived the package that it points into.</summary>
    public static bool IsThere(string program) => File.Exists(program) && new FileInfo(program).ResolveLinkTarget(returnFinalTarget: true) is null or { Exists: true };

    private static int MajorIn(string name) =>
        int.TryParse(name.AsSpan(name.LastIndexOfAny(['-', '@']) + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : 0;
}
