using LlmOps.Evaluation;
using LlmOps.Inference;
using LlmOps.Pricing;
using LlmOps.Prompting;
using PolicyLint = LlmOps.Prompting.Lint;

namespace LlmOps.Cli;

/// <summary>An AI application as it lies in its owner's Git, and everything that can be found wrong with it without a server.</summary>
public sealed class AppFolder(string folder)
{
    public string Path => folder;

    public Result<AppFile> App() => AppFile.Read(folder);

    public string Text(string relative) => File.ReadAllText(At(relative));

    public byte[] Bytes(string relative) => File.ReadAllBytes(At(relative));

    public string Sha256(string relative) => ContentHash.OfBytes(Bytes(relative));

    public bool Has(string relative) => File.Exists(At(relative));

    /// <summary>The documents of an index, ids without folder and extension where that is unambiguous.</summary>
    public IReadOnlyList<DocumentInput> Documents(IndexSource index)
    {
        var corpus = At(index.Corpus);
        return [.. Directory.EnumerateFiles(corpus, "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => System.IO.Path.GetRelativePath(corpus, path).Replace('\\', '/'))
            .Select(relative => new DocumentInput(System.IO.Path.ChangeExtension(relative, null), File.ReadAllText(System.IO.Path.Combine(corpus, relative)), $"{index.Corpus}/{relative}"))];
    }

    /// <summary>Every finding in the folder's prompts, datasets, suites, policies and lock file.</summary>
    public IReadOnlyList<Finding> Validate()
    {
        var findings = new List<Finding>();
        if (!Has(AppFile.Name))
            return [new(AppFile.Name, null, "no-app-file", FindingLevel.Error, $"There is no {AppFile.Name} in {System.IO.Path.GetFullPath(folder)}. Make an application with llmops init, or name its folder.")];
        var app = AppFile.Parse(Text(AppFile.Name), findings);
        if (app is not null)
            Named(app, findings);

        foreach (var policy in Files("policies", "*.yaml"))
            findings.AddRange(Policy.Problems(Text(policy), policy).Concat(LintRules.Problems(Text(policy), policy)).Distinct());
        foreach (var dataset in Files("datasets", "*.jsonl"))
            findings.AddRange(Dataset.Problems(Bytes(dataset), dataset));
        foreach (var suite in Files("suites", "*.yaml"))
            SuiteFindings(suite, findings);
        foreach (var prompt in Files("prompts", "*.yaml"))
            PromptFindings(prompt, app, findings);
        findings.AddRange(LockFile.Problems(this));
        return findings;
    }

    public IReadOnlyList<string> Files(string sub, string pattern) => Directory.Exists(At(sub))
        ? [.. Directory.EnumerateFiles(At(sub), pattern, SearchOption.AllDirectories).Select(path => System.IO.Path.GetRelativePath(folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>What the lint of the app's policy says about one prompt file, which may lie anywhere.</summary>
    public IReadOnlyList<Finding> Lint(PromptFile prompt, AppFile app)
    {
        var rules = Has(app.Policy) ? LintRules.Parse(Text(app.Policy), app.Policy) : LintRules.None;
        return rules.Refused ? [] : PolicyLint.Check(prompt, rules.Value); // a broken policy has its own findings
    }

    private void Named(AppFile app, List<Finding> findings)
    {
        foreach (var (what, path) in new[] { ("prompt", app.Prompt), ("suite", app.Suite), ("policy", app.Policy) })
        {
            if (!Has(path))
                findings.Add(new(AppFile.Name, null, "missing-file", FindingLevel.Error, $"The {what} {path} is not there. Write it, or correct the path."));
        }
        foreach (var index in app.Indexes.Where(index => !Directory.Exists(At(index.Corpus))))
            findings.Add(new(AppFile.Name, null, "missing-corpus", FindingLevel.Error, $"The corpus folder {index.Corpus} of index {index.Name} is not there."));
    }

    private void SuiteFindings(string file, List<Finding> findings)
    {
        findings.AddRange(Suite.Problems(Text(file), file));
        var suite = Suite.Parse(Text(file), file);
        if (!suite.Refused && !Has(suite.Value.Dataset))
            findings.Add(new(file, null, "missing-dataset", FindingLevel.Error, $"The dataset {suite.Value.Dataset} is not there. Paths are from the application's folder."));
    }

    private void PromptFindings(string file, AppFile? app, List<Finding> findings)
    {
        findings.AddRange(PromptFile.Problems(Text(file), file));
        var prompt = PromptFile.Parse(Text(file), file);
        if (prompt.Refused)
            return;
        if (app is not null)
            findings.AddRange(Lint(prompt.Value, app));
        if (KnownModel(prompt.Value.Model) is { } why)
            findings.Add(new(file, null, "unknown-model", FindingLevel.Error, why));
        if (app is not null && prompt.Value.Retrieval is { } retrieval && app.Indexes.All(index => index.Name != retrieval.Index))
            findings.Add(new(file, null, "unknown-index", FindingLevel.Error, $"The prompt retrieves from \"{retrieval.Index}\", which {AppFile.Name} does not name. Known: {string.Join(", ", app.Indexes.Select(index => index.Name))}."));
    }

    private static string? KnownModel(string model)
    {
        var pin = ModelPin.Parse(model);
        if (pin.Refused)
            return pin.Refusal.Detail;
        if (pin.Value.Provider == "embedded" && !EmbeddedModels.Names.Contains(pin.Value.Id))
            return $"There is no embedded model \"{model}\". Known: {string.Join(", ", EmbeddedModels.Names)}.";
        return PriceBook.BuiltIn.Price(pin.Value.Id, TokenUsage.Of(1, 1), TimeProvider.System.GetUtcNow()) is Cost.Known
            ? null
            : $"The price book has no price for \"{model}\": an unknown price is never zero. Known: {string.Join(", ", PriceBook.BuiltIn.Models.Select(price => price.Model))}.";
    }

    private string At(string relative) => System.IO.Path.Combine(folder, relative);
}
