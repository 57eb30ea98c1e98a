using System.Diagnostics;

namespace LlmOps.Cli;

/// <summary>What Git says about files of one folder. Its arguments are a list, so that no file name is ever an option or a command.</summary>
public static class Git
{
    private const string Absent = "no-git";

    /// <summary>Whether the file differs from what is committed, or is not in Git at all.</summary>
    public static async Task<Result<IReadOnlyList<string>>> Uncommitted(string folder, string file, CancellationToken ct) =>
        await Lines(folder, ["status", "--porcelain", "--", file], ct);

    /// <summary>Of these files, those that differ from the reference.</summary>
    public static async Task<Result<IReadOnlyList<string>>> Changed(string folder, string reference, IEnumerable<string> files, CancellationToken ct) =>
        await Lines(folder, ["diff", "--name-only", "--relative", "--end-of-options", reference, "--", .. files], ct);

    /// <summary>The commit that a branch, tag or hash means.</summary>
    public static async Task<Result<string>> Commit(string folder, string reference, CancellationToken ct) =>
        Single(await Text(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", $"{reference}^{{commit}}"], ct), $"Git knows no commit \"{reference}\" here. Fetch the protected branch with its history (fetch-depth: 0), or correct --base.");

    /// <summary>Where the working tree left the other's line, so that what others did there since is not taken for a change made here.</summary>
    public static async Task<Result<string>> Parting(string folder, string commit, CancellationToken ct) =>
        Single(await Text(folder, ["merge-base", "--end-of-options", commit, "HEAD"], ct), $"Git finds no common ancestor of {commit[..Math.Min(12, commit.Length)]} and this checkout. Fetch the whole history (fetch-depth: 0).");

    /// <summary>Whether the commit has the file.</summary>
    public static async Task<Result<IReadOnlyList<string>>> Has(string folder, string commit, string file, CancellationToken ct) =>
        await Lines(folder, ["ls-tree", "--name-only", "--end-of-options", commit, "--", file], ct);

    /// <summary>The file as the commit has it; its path is relative to the folder.</summary>
    public static Task<Result<string>> Show(string folder, string commit, string file, CancellationToken ct) =>
        Text(folder, ["show", "--end-of-options", $"{commit}:./{file}"], ct);

    private static Result<string> Single(Result<string> answer, string why) => answer switch
    {
        { Refused: false } => answer.Value.Trim(),
        { Refusal.Code: Absent } => answer.Refusal,
        _ => Refusal.Invalid("git-failed", why),
    };

    private static async Task<Result<IReadOnlyList<string>>> Lines(string folder, IEnumerable<string> arguments, CancellationToken ct)
    {
        var text = await Text(folder, arguments, ct);
        return text.Refused ? text.Refusal : Result.Of<IReadOnlyList<string>>(text.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task<Result<string>> Text(string folder, IEnumerable<string> arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = System.Text.Encoding.UTF8, UseShellExecute = false };
        try
        {
            using var process = Process.Start(start)!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
            await process.WaitForExitAsync(ct);
            return process.ExitCode == 0
                ? await output
                : Refusal.Invalid("git-failed", $"Git could not answer: {(await error).Trim()} Check out the repository with its history, or leave --base out.");
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return Refusal.Invalid(Absent, $"Git cannot be started ({missing.Message}). Install it, or leave --base out.");
        }
    }
}
