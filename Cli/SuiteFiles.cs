using LlmOps.Evaluation;

namespace LlmOps.Cli;

/// <summary>A suite's file, the application around it, and its cases: what can be read before anything is built or asked.</summary>
/// <param name="SuitePath">From the application's folder.</param>
public sealed record SuiteFiles(AppFolder Folder, AppFile App, string SuitePath, Suite Suite, Dataset Dataset)
{
    public static Result<SuiteFiles> Read(FileInfo file)
    {
        if (!file.Exists)
            return Refusal.Invalid("missing-file", $"The suite {file.FullName} is not there. Correct the path.");
        if (Above(file.Directory) is not { } root)
            return Refusal.Invalid("no-app-file", $"There is no {AppFile.Name} in the folder of {file.Name} or above. Make an application with llmops init, or name a suite inside one.");
        var folder = new AppFolder(root);
        var app = folder.App();
        if (app.Refused)
            return app.Refusal;
        var suitePath = Path.GetRelativePath(root, file.FullName).Replace('\\', '/');
        var suite = Suite.Parse(folder.Text(suitePath), suitePath);
        if (suite.Refused)
            return suite.Refusal;
        if (!folder.Has(suite.Value.Dataset))
            return Refusal.Invalid("missing-dataset", $"{suitePath}: the dataset {suite.Value.Dataset} is not there. Paths are from the application's folder.");
        var dataset = Dataset.Parse(folder.Bytes(suite.Value.Dataset), suite.Value.Dataset);
        return dataset.Refused ? dataset.Refusal : new SuiteFiles(folder, app.Value, suitePath, suite.Value, dataset.Value);
    }

    private static string? Above(DirectoryInfo? folder)
    {
        for (var at = folder; at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, AppFile.Name)))
                return at.FullName;
        }
        return null;
    }
}
