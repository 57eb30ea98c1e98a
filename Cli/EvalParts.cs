using LlmOps.Evaluation;

namespace LlmOps.Cli;

/// <summary>Everything an evaluation without a server is made of, found around the suite's file.</summary>
/// <param name="Key">Names the run: what decides its answers, and so what a killed run can be taken up by.</param>
public sealed record EvalParts(
    AppFolder Folder, AppFile App, string SuitePath, Suite Suite, IReadOnlyList<Scorer> Scorers, Dataset Dataset, string PolicyPath, Policy Policy, LocalBundle Bundle, string Key)
{
    /// <summary>A dataset that is frozen and differs is refused; so is one that is not committed, where a change is under test.</summary>
    public static async Task<Result<EvalParts>> Read(EvalQuestion asked, CancellationToken ct)
    {
        var parts = Read(asked);
        if (parts.Refused)
            return parts;
        var (folder, dataset) = (parts.Value.Folder, parts.Value.Suite.Dataset);
        if (LockFile.Problems(folder).FirstOrDefault(finding => finding.Rule == "dataset-changed" && finding.File == dataset) is { } changed)
            return Refusal.Conflict(changed.Rule, $"{dataset}: {changed.Message}");
        if (asked.Base is null && Environment.GetEnvironmentVariable("CI") is not ("true" or "1"))
            return parts;
        var uncommitted = await Git.Uncommitted(folder.Path, dataset, ct);
        if (uncommitted.Refused)
            return asked.Base is null ? parts : uncommitted.Refusal; // a folder outside Git has nothing to compare with
        return uncommitted.Value.Count == 0
            ? parts
            : Refusal.Conflict("dataset-uncommitted", $"{dataset} differs from what is committed, so nobody could run this evaluation again. Commit it, or take the change back.");
    }

    private static Result<EvalParts> Read(EvalQuestion asked)
    {
        if (!asked.Suite.Exists)
            return Missing("suite", asked.Suite);
        if (Above(asked.Suite.Directory) is not { } root)
            return Refusal.Invalid("no-app-file", $"There is no {AppFile.Name} in the folder of {asked.Suite.Name} or above. Make an application with llmops init, or name a suite inside one.");
        var folder = new AppFolder(root);
        var app = folder.App();
        if (app.Refused)
            return app.Refusal;
        var suitePath = Path.GetRelativePath(root, asked.Suite.FullName).Replace('\\', '/');
        var suite = Suite.Parse(folder.Text(suitePath), suitePath);
        if (suite.Refused)
            return suite.Refusal;
        if (!folder.Has(suite.Value.Dataset))
            return Refusal.Invalid("missing-dataset", $"{suitePath}: the dataset {suite.Value.Dataset} is not there. Paths are from the application's folder.");
        var dataset = Dataset.Parse(folder.Bytes(suite.Value.Dataset), suite.Value.Dataset);
        if (dataset.Refused)
            return dataset.Refusal;

        var scorers = suite.Value.Scorers.Select(Scorer.Create).ToList();
        if (scorers.Find(scorer => scorer.Refused)?.Refusal is { } unknown)
            return unknown with { Detail = $"{suitePath}: {unknown.Detail}" };
        var policyPath = Given(asked.Policy, suite.Value.Policy ?? app.Value.Policy, root);
        if (!File.Exists(Path.Combine(root, policyPath)))
            return Missing("policy", new FileInfo(Path.Combine(root, policyPath)));
        var policy = Policy.Parse(folder.Text(policyPath), policyPath);
        if (policy.Refused)
            return policy.Refusal;

        var working = suite.Value.Prompt ?? app.Value.Prompt;
        var promptPath = Given(asked.Prompt, working, root);
        if (!File.Exists(Path.Combine(root, promptPath)))
            return Missing("prompt", new FileInfo(Path.Combine(root, promptPath)));
        var bundle = LocalBundle.Of(
            folder, app.Value, promptPath, folder.Text(promptPath), Path.GetFileNameWithoutExtension(working), asked.Model,
            new PolicyPin(Path.GetFileNameWithoutExtension(policyPath), policy.Value.Sha256));
        if (bundle.Refused)
            return bundle.Refusal;
        var key = ContentHash.Of(new { suite = folder.Sha256(suitePath), dataset = dataset.Value.Sha256, bundle = bundle.Value.Manifest with { Policy = new PolicyPin("", "") } });
        return new EvalParts(folder, app.Value, suitePath, suite.Value, [.. scorers.Select(scorer => scorer.Value!)], dataset.Value, policyPath, policy.Value, bundle.Value, key);
    }

    /// <summary>A file that the caller names counts from where he stands, one that a file names from the application's folder.</summary>
    private static string Given(FileInfo? file, string otherwise, string root) => file is null ? otherwise : Path.GetRelativePath(root, file.FullName).Replace('\\', '/');

    private static string? Above(DirectoryInfo? folder)
    {
        for (var at = folder; at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, AppFile.Name)))
                return at.FullName;
        }
        return null;
    }

    private static Refusal Missing(string what, FileInfo file) => Refusal.Invalid("missing-file", $"The {what} {file.FullName} is not there. Correct the path.");
}
