using System.Diagnostics;

namespace LlmOps.Tests;

/// <summary>The llmops program, run as a user runs it.</summary>
public sealed record Command(int Exit, string Out, string Error)
{
    public static async Task<Command> Run(string folder, IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "llmops.dll"), .. arguments])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new(process.ExitCode, await output, await error);
    }

    public static Task<Command> Run(string folder, params string[] arguments) => Run(folder, null, arguments);
}
