namespace LlmOps.Evals;

/// <summary>The app that a list is asked for; null for every app.</summary>
public sealed record AskedApp(string? App);

public static class AskedApps
{
    /// <summary>Without an app, a caller is shown what its key covers.</summary>
    public static Result<AskedApp> Asked(this Caller caller, string? app)
    {
        var asked = string.IsNullOrEmpty(app) ? caller.App : app;
        return caller.Uncovered(asked) is { } refusal ? refusal : new AskedApp(asked == "*" ? null : asked);
    }
}
