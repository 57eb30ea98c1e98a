namespace LlmOps.Cli;

/// <summary>Finds the stack that runs on this machine.</summary>
public static class LocalEndpoints
{
    /// <summary>The file that <c>LLMOPS_ENDPOINTS</c> names; else in this folder and above, then above the program itself (the checkout it was built in).</summary>
    public static Endpoints? Find() =>
        (Environment.GetEnvironmentVariable("LLMOPS_ENDPOINTS") is { Length: > 0 } named ? [named] : Above(Directory.GetCurrentDirectory()).Concat(Above(AppContext.BaseDirectory))
            .Select(folder => Path.Combine(folder, ".llmops", "endpoints.json")))
            .Where(File.Exists).Select(path => Json.Read<Endpoints>(File.ReadAllText(path))).FirstOrDefault();

    private static IEnumerable<string> Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            yield return at.FullName;
    }
}
