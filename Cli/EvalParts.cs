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
        var files = SuiteFiles.Read(asked.Suite);
        if (files.Refused)
            return files.Refusal;
        var (folder, app, suitePath, suite, dataset) = files.Value;
        var root = folder.Path;
        var scorers = suite.Scorers.Select(Scorer.Create).ToList();
        if (scorers.Find(scorer => scorer.Refused)?.Refusal is { } unknown)
            return unknown with { Detail = $"{suitePath}: {unknown.Detail}" };
        var policyPath = Given(asked.Policy, suite.Policy ?? app.Policy, root);
        if (!File.Exists(Path.Combine(root, policyPath)))
            return Missing("policy", new FileInfo(Path.Combine(root, policyPath)));
        var policy = Policy.Parse(TextOf(folder, asked.Policy, policyPath), policyPath);
        if (policy.Refused)
            return policy.Refusal;

        var working = suite.Prompt ?? app.Prompt;
        var promptPath = Given(asked.Prompt, working, root);
        if (!File.Exists(Path.Combine(root, promptPath)))
            return Missing("prompt", new FileInfo(Path.Combine(root, promptPath)));
        var bundle = LocalBundle.Of(
            folder, app, promptPath, TextOf(folder, asked.Prompt, promptPath), Path.GetFileNameWithoutExtension(working), asked.Model,
            new PolicyPin(Path.GetFileNameWithoutExtension(policyPath), policy.Value.Sha256));
        if (bundle.Refused)
            return bundle.Refusal;
        var key = ContentHash.Of(new { suite = folder.Sha256(suitePath), dataset = dataset.Sha256, bundle = bundle.Value.Manifest with { Policy = new PolicyPin("", "") } });
        return new EvalParts(folder, app, suitePath, suite, [.. scorers.Select(scorer => scorer.Value!)], dataset, policyPath, policy.Value, bundle.Value, key);
    }

    /// <summary>A file that the caller names counts from where he stands, one that a file names from the application's folder.</summary>
    private static string Given(FileInfo? file, string otherwise, string root) => file is null ? otherwise : Path.GetRelativePath(root, file.FullName).Replace('\\', '/');

    /// <summary>What the caller names himself may lie anywhere; what a file names, only in the application's folder.</summary>
    private static string TextOf(AppFolder folder, FileInfo? given, string path) => given is null ? folder.Text(path) : new AppFolder(given.DirectoryName!).Text(given.Name);

    private static Refusal Missing(string what, FileInfo file) => Refusal.Invalid("missing-file", $"The {what} {file.FullName} is not there. Correct the path.");
}
