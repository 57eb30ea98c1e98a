using System.CommandLine;

namespace LlmOps.Cli;

public static class ValidateCommand
{
    public static Command Build()
    {
        var dir = new Argument<DirectoryInfo>("dir") { Description = "The application's folder.", DefaultValueFactory = _ => new DirectoryInfo(".") };
        var command = new Command("validate", "Prompts, datasets, suites, policies, lock file and policy lint, without a server. Exit 100 when something is wrong.") { dir };
        command.SetAction(parsed => Run(Terminal.Of(parsed), parsed.GetValue(dir)!));
        return command;
    }

    private static int Run(Terminal terminal, DirectoryInfo dir)
    {
        if (!dir.Exists)
            return terminal.Refuse(Refusal.Invalid("no-such-folder", $"There is no folder {dir.FullName}."));
        var findings = new AppFolder(dir.FullName).Validate();
        var verdict = findings.Any(finding => finding.Level == FindingLevel.Error) ? Verdict.Fail : Verdict.Pass;
        terminal.Answer(new { findings, verdict }, () =>
        {
            foreach (var finding in findings)
                terminal.Say(Line(finding));
            terminal.Say(verdict == Verdict.Pass ? $"pass: {dir.Name} is fit to push" : $"fail: {findings.Count(finding => finding.Level == FindingLevel.Error)} to mend");
        });
        return Exit.Of(verdict);
    }

    /// <summary>As compilers write it, so that editors can jump there.</summary>
    public static string Line(Finding finding) =>
        $"{finding.File}{(finding.Line is { } line ? $":{line}" : "")}: {finding.Level.ToString().ToLowerInvariant()} {finding.Rule}: {finding.Message}";
}
