using System.Diagnostics.CodeAnalysis;

namespace LlmOps.AppHost;

/// <summary>Ends the host before anything started, with a sentence for the person at the terminal instead of a stack trace.</summary>
internal static class Halt
{
    [DoesNotReturn]
    public static void With(string message)
    {
        Console.Error.WriteLine($"LlmOps cannot start: {message}");
        Environment.Exit(1);
    }
}
