using System.Globalization;
using LlmOps.Evaluation;

namespace LlmOps.Cli;

/// <summary>How far a run is, in one line of the terminal that is written over; nothing where the output is piped.</summary>
public sealed class ProgressLine(bool quiet = false) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly bool shown = !quiet && !Console.IsErrorRedirected;
    private readonly Lock writing = new();
    private TimeSpan last = TimeSpan.MinValue;
    private int width;

    public void Show(RunProgress progress)
    {
        if (!shown)
            return;
        lock (writing)
        {
            if (progress.Done < progress.Total && progress.Elapsed - Pause < last)
                return;
            last = progress.Elapsed;
            Write(Text(progress));
        }
    }

    public void Dispose()
    {
        if (width > 0)
            Write("");
    }

    /// <summary>120 of 200, 12 s, about 8 s left.</summary>
    public static string Text(RunProgress progress) => string.Create(
        CultureInfo.InvariantCulture, $"{progress.Done} of {progress.Total}, {progress.Elapsed.TotalSeconds:0} s{(progress.Left is { } left ? $", about {left.TotalSeconds:0} s left" : "")}");

    private void Write(string text)
    {
        Console.Error.Write($"\r{text.PadRight(width)}{(text.Length == 0 ? "\r" : "")}");
        width = text.Length;
    }
}
