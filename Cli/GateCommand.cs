using System.CommandLine;
using LlmOps.Evaluation;

namespace LlmOps.Cli;

public static class GateCommand
{
    public static Command Build()
    {
        var baseline = new Option<FileInfo>("--baseline") { Description = "Report of what is live.", Required = true };
        var candidate = new Option<FileInfo>("--candidate") { Description = "Report of the change, on the same dataset.", Required = true };
        var policy = new Option<FileInfo?>("--policy") { Description = "Policy file (default: the one that llmops.yaml in this folder names)." };
        var command = new Command("gate", "The verdict from two reports, pairing cases by id. Exit 0 pass, 2 inconclusive, 100 fail.") { baseline, candidate, policy };
        command.SetAction(parsed => Run(Terminal.Of(parsed), parsed.GetValue(baseline)!, parsed.GetValue(candidate)!, parsed.GetValue(policy)));
        return command;
    }

    private static int Run(Terminal terminal, FileInfo baseline, FileInfo candidate, FileInfo? policy)
    {
        var (rules, was, now) = (PolicyOf(policy), Report(baseline), Report(candidate));
        if ((rules.Refusal ?? was.Refusal ?? now.Refusal) is { } refusal)
            return terminal.Refuse(refusal);
        var decided = ReportGate.Decide(rules.Value!, now.Value!, was.Value!);
        if (decided.Refused)
            return terminal.Refuse(decided.Refusal);

        var (report, verdict) = (decided.Value, decided.Value.Verdict);
        terminal.Answer(new { verdict, gates = report.Gates }, () =>
        {
            foreach (var gate in report.Gates)
            {
                terminal.Say(Terminal.Inert(EvalRun.Line(gate)));
                if (gate.Verdict != Verdict.Pass)
                    terminal.Say(Terminal.Inert($"  {gate.Reason}"));
            }
            terminal.Say(verdict.ToString().ToLowerInvariant());
        });
        return Exit.Of(verdict);
    }

    private static Result<EvalReport> Report(FileInfo file) => file.Exists
        ? StoredReport.Parse(File.ReadAllText(file.FullName), file.Name)
        : Refusal.Invalid("no-such-file", $"There is no report {file.FullName}. Write one with llmops eval --out.");

    private static Result<Policy> PolicyOf(FileInfo? named)
    {
        var file = named;
        if (file is null)
        {
            var app = AppFile.Read(".");
            if (app.Refused)
                return Refusal.Invalid(app.Refusal.Code, $"{app.Refusal.Detail} Or name the policy with --policy.");
            file = new FileInfo(app.Value.Policy);
        }
        return file.Exists
            ? Policy.Parse(File.ReadAllText(file.FullName), file.Name)
            : Refusal.Invalid("no-such-file", $"There is no policy {file.FullName}. Name one with --policy.");
    }
}
