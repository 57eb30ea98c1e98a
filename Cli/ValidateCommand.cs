using System.CommandLine;
using LlmOps.Evaluation;

namespace LlmOps.Cli;

public static class ValidateCommand
{
    public static Command Build()
    {
        var dir = new Argument<DirectoryInfo>("dir") { Description = "The application's folder.", DefaultValueFactory = _ => new DirectoryInfo(".") };
        var sarif = new Option<FileInfo?>("--sarif") { Description = "Write the findings as SARIF 2.1.0, for code scanning." };
        var github = new Option<bool>("--github") { Description = "Annotate the change on GitHub Actions." };
        var command = new Command("validate", "Prompts, datasets, suites, policies, lock file and policy lint, without a server. Exit 100 when something is wrong.") { dir, sarif, github };
        command.SetAction(parsed => Run(Terminal.Of(parsed), parsed.GetValue(dir)!, parsed.GetValue(sarif), parsed.GetValue(github)));
        return command;
    }

    private static int Run(Terminal terminal, DirectoryInfo dir, FileInfo? sarif, bool github)
    {
        if (!dir.Exists)
            return terminal.Refuse(Refusal.Invalid("no-such-folder", $"There is no folder {dir.FullName}."));
        var findings = new AppFolder(dir.FullName).Validate();
        var verdict = findings.Any(finding => finding.Level == FindingLevel.Error) ? Verdict.Fail : Verdict.Pass;
        if (sarif is not null)
            File.WriteAllText(sarif.FullName, Sarif.Of([.. findings.Select(finding => finding with { File = FromRepository(dir, finding.File) })]).ToJsonString(Json.Indented) + "\n");
        if (github)
        {
            foreach (var annotation in ReportAnnotations.Of([.. findings.Select(finding => finding with { File = FromRepository(dir, finding.File) })]))
                terminal.Annotate(annotation);
        }
        terminal.Answer(new { findings, verdict }, () =>
        {
            foreach (var finding in findings)
                terminal.Say(Line(finding));
            terminal.Say(verdict == Verdict.Pass ? $"pass: {dir.Name} is fit to push" : $"fail: {findings.Count(finding => finding.Level == FindingLevel.Error)} to mend");
        });
        return Exit.Of(verdict);
    }

    /// <summary>The file as the repository names it, where the application lies in a folder of it.</summary>
    private static string FromRepository(DirectoryInfo dir, string file)
    {
        for (var root = new DirectoryInfo(Path.TrimEndingDirectorySeparator(dir.FullName)); root is not null; root = root.Parent)
        {
            if (Path.Exists(Path.Combine(root.FullName, ".git")))
                return Path.GetRelativePath(root.FullName, Path.Combine(dir.FullName, file)).Replace('\\', '/');
        }
        return file;
    }

    /// <summary>As compilers write it, so that editors can jump there.</summary>
    public static string Line(Finding finding) =>
        $"{finding.File}{(finding.Line is { } line ? $":{line}" : "")}: {finding.Level.ToString().ToLowerInvariant()} {finding.Rule}: {finding.Message}";
}
