using System.Runtime.CompilerServices;

namespace LlmOps.Tests;

/// <summary>Where the sources lie that these tests were built from.</summary>
public static class Checkout
{
    public static string Root { get; } = Up();

    public static string Sample => Path.Combine(Root, "Samples", "HotelGuestAgent");

    /// <summary>The built program of a project beside these tests: <c>artifacts/bin/Gateway/debug</c> for <c>artifacts/bin/Tests/debug</c>.</summary>
    public static string Program(string project) => Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "..", "..", project, Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), $"LlmOps.{project}.dll"));

    private static string Up([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
