namespace LlmOps.Indexes;

/// <summary>Which app's rows a list may show: the one asked for, else all that the key covers.</summary>
/// <param name="App">Null for every app.</param>
public sealed record AppFilter(string? App)
{
    public static Result<AppFilter> Of(string? asked, Caller caller) =>
        string.IsNullOrEmpty(asked) ? new AppFilter(caller.App == "*" ? null : caller.App)
        : (Slug.Refuse("an app", asked) ?? caller.Uncovered(asked)) is { } no ? no
        : new AppFilter(asked);
}
