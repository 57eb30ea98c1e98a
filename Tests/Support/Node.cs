using System.Diagnostics;

namespace LlmOps.Tests;

/// <summary>A script of these tests under Node.js, with the packages that <c>npm ci</c> put beside it.</summary>
public sealed record Node(int Exit, string Out, string Error)
{
    private static readonly string Tests = Path.Combine(Checkout.Root, "Tests");

    /// <summary>Skips the test where Node.js or a package is missing, and says what to do.</summary>
    public static void Needs(params string[] packages)
    {
        Assert.SkipWhen(OnPath("node") is null, "There is no program \"node\" on the path. Install Node.js 20 or newer.");
        foreach (var package in packages)
            Assert.SkipUnless(Directory.Exists(Path.Combine(Tests, "node_modules", package)), $"The package {package} is not installed: run npm ci in Tests, or ./test.sh, which does.");
    }

    /// <summary>The first of some programs that there is.</summary>
    public static string? OnPath(params string[] programs)
    {
        var places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return programs.SelectMany(program => places.Select(place => Path.Combine(place, program))).FirstOrDefault(File.Exists);
    }

    /// <param name="script">Below the folder of the tests.</param>
    public static async Task<Node> Run(string script, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Tests, script), .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var node = Process.Start(start)!;
        var ct = TestContext.Current.CancellationToken;
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(ct), node.StandardError.ReadToEndAsync(ct));
        await node.WaitForExitAsync(ct);
        return new(node.ExitCode, await output, await errors);
    }
}
