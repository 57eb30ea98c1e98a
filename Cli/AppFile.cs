namespace LlmOps.Cli;

/// <summary>llmops.yaml: what an AI application is called and what its commands take when nothing else is named.</summary>
/// <param name="Prompt">Path of the working prompt file; its name without extension is the prompt's name.</param>
public sealed record AppFile(string App, string Route, string Prompt, string Suite, string Policy, IReadOnlyList<IndexSource> Indexes)
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
            IndexesOf(root.Map("indexes")));
        root.Texts("environments");
        root.Close();
        return file;
    }

    private static IReadOnlyList<IndexSource> IndexesOf(YamlMap? map) => map is null
        ? []
        : [.. map.Entries.Select(entry => IndexSource.Of(entry.Key, map.Map(entry.Key, required: true))).OfType<IndexSource>()];
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
