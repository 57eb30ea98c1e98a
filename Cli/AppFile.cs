namespace LlmOps.Cli;

/// <summary>llmops.yaml: what an AI application is called and what its commands take when nothing else is named.</summary>
/// <param name="Prompt">Path of the working prompt file; its name without extension is the prompt's name.</param>
/// <param name="Providers">Where models live that are not embedded, by the name that pins use.</param>
public sealed record AppFile(
    string App, string Route, string Prompt, string Suite, string Policy, IReadOnlyList<IndexSource> Indexes, IReadOnlyList<ProviderSource> Providers)
{
    public const string Name = "llmops.yaml";

    public string PromptName => Path.GetFileNameWithoutExtension(Prompt);

    public string SuiteName => Path.GetFileNameWithoutExtension(Suite);

    public string PolicyName => Path.GetFileNameWithoutExtension(Policy);

    public static Result<AppFile> Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            return Refusal.Invalid("no-app-file", $"There is no {Name} in {Path.GetFullPath(folder)}. Make an application with llmops init, or name its folder.");
        var problems = new List<Finding>();
        var app = Parse(File.ReadAllText(path), problems);
        return app is not null && problems.Count == 0 ? app : YamlRefusal.Of(problems);
    }

    public static AppFile? Parse(string yaml, List<Finding> problems)
    {
        if (Yaml.Read(yaml, Name, problems) is not { } root)
            return null;
        var app = root.Text("app", required: true) ?? "";
        var file = new AppFile(
            app, root.Text("route") ?? app, root.Text("prompt", required: true) ?? "", root.Text("suite", required: true) ?? "", root.Text("policy", required: true) ?? "",
            IndexesOf(root.Map("indexes")), ProvidersOf(root.Map("providers")));
        root.Texts("environments");
        root.Close();
        return file;
    }

    private static IReadOnlyList<IndexSource> IndexesOf(YamlMap? map) => map is null
        ? []
        : [.. map.Entries.Select(entry => IndexSource.Of(entry.Key, map.Map(entry.Key, required: true))).OfType<IndexSource>()];

    private static IReadOnlyList<ProviderSource> ProvidersOf(YamlMap? map) => map is null
        ? []
        : [.. map.Entries.Select(entry => ProviderSource.Of(entry.Key, map.Map(entry.Key, required: true))).OfType<ProviderSource>()];
}

/// <summary>One index of the application: where its documents lie and how they are cut and embedded.</summary>
public sealed record IndexSource(string Name, string Corpus, string Chunker, string Embedder)
{
    internal static IndexSource? Of(string name, YamlMap? map)
    {
        if (map is null)
            return null;
        var source = new IndexSource(
            name, map.Text("corpus", required: true) ?? "", map.Text("chunker") ?? "markdown(max=120)", map.Text("embedder") ?? "embedded/lexical-384");
        map.Close();
        return source;
    }
}

/// <summary>An OpenAI-compatible endpoint that an evaluation without a server asks.</summary>
/// <param name="BaseUrl">Ends in <c>/v1</c>.</param>
/// <param name="ApiKeyEnv">The environment variable that holds the key: the key itself is never in a file. Null where the endpoint takes none.</param>
public sealed record ProviderSource(string Name, string BaseUrl, string? ApiKeyEnv)
{
    internal static ProviderSource? Of(string name, YamlMap? map)
    {
        if (map is null)
            return null;
        var source = new ProviderSource(name, map.Text("base_url", required: true) ?? "", map.Text("api_key_env"));
        if (!Uri.TryCreate(source.BaseUrl, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            map.Problem(map.LineOf("base_url"), "bad-address", $"base_url \"{source.BaseUrl}\" is no absolute http or https address. Write it as https://host/v1.");
        map.Close();
        return source;
    }
}
