using System.Diagnostics;

namespace LlmOps.Cli;

/// <summary>What Git says about files of one folder. Its arguments are a list, so that no file name is ever an option or a command.</summary>
public static class Git
{
    /// <summary>Whether the file differs from what is committed, or is not in Git at all.</summary>
    public static async Task<Result<IReadOnlyList<string>>> Uncommitted(string folder, string file, CancellationToken ct) =>
        await Lines(folder, ["status", "--porcelain", "--", file], ct);

    /// <summary>Of these files, those that differ from the reference.</summary>
    public static async Task<Result<IReadOnlyList<string>>> Changed(string folder, string reference, IEnumerable<string> files, CancellationToken ct) =>
        await Lines(folder, ["diff", "--name-only", "--relative", "--end-of-options", reference, "--", .. files], ct);

    private static async Task<Result<IReadOnlyList<string>>> Lines(string folder, IEnumerable<string> arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        try
        {
            using var process = Process.Start(start)!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
            await process.WaitForExitAsync(ct);
            return process.ExitCode == 0
                ? Result.Of<IReadOnlyList<string>>((await output).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                : Refusal.Invalid("git-failed", $"Git could not answer: {(await error).Trim()} Check out the repository with its history, or leave --base out.");
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return Refusal.Invalid("git-failed", $"Git cannot be started ({missing.Message}). Install it, or leave --base out.");
        }
    }
}
