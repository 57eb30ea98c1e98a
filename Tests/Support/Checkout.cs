using System.Runtime.CompilerServices;

namespace LlmOps.Tests;

/// <summary>Where the sources lie that these tests were built from.</summary>
public static class Checkout
{
    public static string Root { get; } = Up();

    public static string Sample => Path.Combine(Root, "Samples", "HotelGuestAgent");

    private static string Up([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
