using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace LlmOps;

public static partial class Guarding
{
    /// <summary>Runs one unit of background work. A failure is logged and ends that unit, never the loop around it.</summary>
    public static async Task Guard(this ILogger log, Func<Task> work, [CallerArgumentExpression(nameof(work))] string what = "")
    {
        try { await work(); }
        catch (Exception e) when (e is not OperationCanceledException) { Failed(log, what, e); }
    }

    [LoggerMessage(LogLevel.Error, "Background work failed: {What}")]
    private static partial void Failed(ILogger log, string what, Exception e);
}
