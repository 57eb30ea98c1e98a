using System.Text.RegularExpressions;
using LlmOps.Evaluation;
using LlmOps.Inference;
using LlmOps.Pricing;
using LlmOps.Prompting;
using PolicyLint = LlmOps.Prompting.Lint;

namespace LlmOps.Cli;

/// <summary>An AI application as it lies in its owner's Git, and everything that can be found wrong with it without a server.</summary>
public sealed partial class AppFolder(string folder)
{
    /// <summary>A dataset's contract lies beside it: its name with one of these instead of .jsonl.</summary>
    private static readonly string[] ContractEndings = [".schema.yaml", ".schema.json"];

    private const int MaxPath = 400;

    private static readonly string[] Nouns = ["prompts", "datasets", "suites", "policies", LocalCalibrations.Folder];

    public string Path => folder;

    public Result<AppFile> App() => AppFile.Read(folder);

    /// <exception cref="IOException">The file is no UTF-8, or lies outside the folder.</exception>
    public string Text(string relative)
    {
        var text = StrictText.Decode(Bytes(relative), relative);
        return text.Refused ? throw new IOException(text.Refusal.Detail) : text.Value;
    }

    public byte[] Bytes(string relative) => File.ReadAllBytes(At(relative));

    public string Sha256(string relative) => ContentHash.OfBytes(Bytes(relative));

    public bool Has(string relative) => Stray(relative) is null && File.Exists(At(relative));

    /// <summary>Why a path is not one of this application: it leaves the folder, by its parts or by a link. Null where it stays.</summary>
    public string? Stray(string relative)
    {
        var root = System.IO.Path.GetFullPath(folder);
        if (relative.Contains('\0', StringComparison.Ordinal) || relative.Length > MaxPath)
            return $"It is no path: it holds NUL or more than {MaxPath:N0} characters.";
        if (System.IO.Path.IsPathRooted(relative) || relative.Contains('\\', StringComparison.Ordinal) || relative.Split('/').Contains(".."))
            return "It leaves the application's folder.";
        for (var at = System.IO.Path.Combine(root, relative); at.Length > root.Length && System.IO.Path.GetDirectoryName(at) is { } parent; at = parent)
        {
            if (new FileInfo(at).LinkTarget is not null && File.ResolveLinkTarget(at, returnFinalTarget: true) is var target && target?.FullName.StartsWith(root + '/', StringComparison.Ordinal) != true)
                return "It is a link that leads out of the application's folder.";
        }
        return null;
    }

    /// <summary>The file with the contract of a dataset's rows; null where none lies beside it.</summary>
    public string? ContractOf(string dataset) => ContractEndings.Select(ending => System.IO.Path.ChangeExtension(dataset, ending)).FirstOrDefault(Has);

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
        var findings = Unusable();
        if (findings.Count > 0)
            return findings; // nothing can be said of files that cannot be read as they are
        if (!Has(AppFile.Name))
            return [new(AppFile.Name, null, "no-app-file", FindingLevel.Error, $"There is no {AppFile.Name} in {System.IO.Path.GetFullPath(folder)}. Make an application with llmops init, or name its folder.")];
        var app = AppFile.Parse(Text(AppFile.Name), findings);
        if (app is not null)
            Named(app, findings);

        foreach (var policy in Files("policies", "*.yaml"))
            findings.AddRange(Policy.Problems(Text(policy), policy).Concat(LintRules.Problems(Text(policy), policy)).Distinct());
        foreach (var dataset in Files("datasets", "*.jsonl"))
            DatasetFindings(dataset, findings);
        foreach (var suite in Files("suites", "*.yaml"))
            SuiteFindings(suite, findings);
        foreach (var prompt in Files("prompts", "*.yaml"))
            PromptFindings(prompt, app, findings);
        if (LocalCalibrations.Read(this).Refusal is { } calibration)
            findings.Add(new(LocalCalibrations.Folder, null, calibration.Code, FindingLevel.Error, calibration.Detail));
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

    /// <summary>Files whose name or bytes are not what every machine would read the same.</summary>
    private List<Finding> Unusable()
    {
        var findings = new List<Finding>();
        foreach (var file in new[] { AppFile.Name, LockFile.Name }.Where(Has).Concat(Nouns.SelectMany(noun => Files(noun, "*.*"))))
        {
            var name = System.IO.Path.GetFileName(file);
            if (Stray(file) is { } why)
                findings.Add(Outside(file, "file", file, why));
            else if (Nameable(name) is { } unsafeName)
                findings.Add(new(file, null, unsafeName.Code, FindingLevel.Error, unsafeName.Detail));
            else if (name.EndsWith(".yaml", StringComparison.Ordinal) && StrictText.Decode(Bytes(file), file) is { Refused: true, Refusal: { } broken })
                findings.Add(new(file, null, broken.Code, FindingLevel.Error, broken.Detail));
        }
        return findings;
    }

    /// <summary>A file's name stands in addresses, reports and other file systems, so it is plain: no letters that look like others, no escapes, no device of Windows.</summary>
    private static Refusal? Nameable(string name) => PlainName().IsMatch(name) && !Device().IsMatch(name) ? null : Refusal.Invalid("name-not-allowed",
        $"\"{(name.Length > 60 ? name[..60] + "…" : name)}\" cannot be a name. Use letters a to z, digits, dots, dashes and underscores, starting with a letter or digit, at most 100, and no name that Windows keeps for itself.");

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex PlainName();

    [GeneratedRegex(@"^(con|prn|aux|nul|com[1-9]|lpt[1-9])(\.|\z)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Device();

    private static Finding Outside(string file, string what, string path, string why) => new(file, null, "path-outside", FindingLevel.Error,
        $"The {what} {(path.Length > 60 ? path[..60] + "…" : path)} is not read. {why} Paths are from the application's folder and stay in it.");

    private void Named(AppFile app, List<Finding> findings)
    {
        foreach (var (what, path) in new[] { ("prompt", app.Prompt), ("suite", app.Suite), ("policy", app.Policy) })
        {
            if (Stray(path) is { } why)
                findings.Add(Outside(AppFile.Name, what, path, why));
            else if (!Has(path))
                findings.Add(new(AppFile.Name, null, "missing-file", FindingLevel.Error, $"The {what} {path} is not there. Write it, or correct the path."));
        }
        foreach (var index in app.Indexes)
        {
            if (Stray(index.Corpus) is { } why)
                findings.Add(Outside(AppFile.Name, "corpus", index.Corpus, why));
        }
        foreach (var index in app.Indexes.Where(index => Stray(index.Corpus) is null && !Directory.Exists(At(index.Corpus))))
            findings.Add(new(AppFile.Name, null, "missing-corpus", FindingLevel.Error, $"The corpus folder {index.Corpus} of index {index.Name} is not there."));
    }

    private void DatasetFindings(string file, List<Finding> findings)
    {
        var rows = Bytes(file);
        findings.AddRange(Dataset.Problems(rows, file));
        foreach (var beside in ContractEndings.Select(ending => System.IO.Path.ChangeExtension(file, ending)).Where(Has))
        {
            findings.AddRange(DatasetSchema.Problems(Text(beside), beside));
            if (DatasetSchema.Parse(Text(beside), beside).Value is { } schema)
                findings.AddRange(schema.Check(rows, file));
        }
    }

    private void SuiteFindings(string file, List<Finding> findings)
    {
        findings.AddRange(Suite.Problems(Text(file), file));
        var suite = Suite.Parse(Text(file), file);
        if (suite.Refused)
            return;
        foreach (var (what, path) in new[] { ("dataset", suite.Value.Dataset), ("prompt", suite.Value.Prompt), ("policy", suite.Value.Policy) })
        {
            if (path is not null && Stray(path) is { } why)
                findings.Add(Outside(file, what, path, why));
        }
        if (Stray(suite.Value.Dataset) is null && !Has(suite.Value.Dataset))
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

    private string At(string relative) => Stray(relative) is { } why
        ? throw new IOException($"{(relative.Length > 60 ? relative[..60] + "…" : relative)}: {why}")
        : System.IO.Path.Combine(folder, relative);
}
