using System.ComponentModel;
using System.Diagnostics;

namespace LlmOps.Tests;

/// <summary>A script of these tests under Node.js, with the packages that <c>npm ci</c> put beside it. Where either is missing the test is skipped and says so.</summary>
public sealed record Node(int Exit, string Out, string Error)
{
    private static readonly string Tests = Path.Combine(Checkout.Root, "Tests");

    /// <param name="script">Below the folder of the tests.</param>
    /// <param name="packages">What it imports.</param>
    public static async Task<Node> Run(string script, string[] packages, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        foreach (var package in packages)
            Assert.SkipUnless(Directory.Exists(Path.Combine(Tests, "node_modules", package)), $"The package {package} is not installed: run npm ci in Tests, or ./test.sh, which does.");
        var start = new ProcessStartInfo("node", [Path.Combine(Tests, script), .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var node = Start(start);
        var ct = TestContext.Current.CancellationToken;
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(ct), node.StandardError.ReadToEndAsync(ct));
        await node.WaitForExitAsync(ct);
        return new(node.ExitCode, await output, await errors);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("There is no program \"node\" on the path. Install Node.js 20 or newer.");
            throw;
        }
    }
}
