using System.CommandLine;
using System.Globalization;
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
        var marginalCosts = rules.Value!.Gates.Select(gate => gate.Metric).Distinct().Where(metric => Metric.Of(metric).Kind == MetricKind.Score)
            .Select(metric => MarginalCost.Of(metric, now.Value!.Cases, was.Value!.Cases, rules.Value.Alpha)).OfType<MarginalCost>().Where(cost => cost.PerPoint is not null).ToList();
        terminal.Answer(new { verdict, gates = report.Gates, marginalCosts }, () =>
        {
            foreach (var gate in report.Gates)
            {
                terminal.Say(EvalRun.Line(gate));
                if (gate.Verdict != Verdict.Pass)
                    terminal.Say($"  {gate.Reason}");
            }
            foreach (var cost in marginalCosts)
                terminal.Say(Line(cost));
            terminal.Say(verdict.ToString().ToLowerInvariant());
        });
        return Exit.Of(verdict);
    }

    private static string Line(MarginalCost cost) => string.Create(CultureInfo.InvariantCulture,
        $"{cost.Metric}: {cost.PerPoint:0.####} USD per 1,000 requests for each point{(cost.Interval is { } bounds ? $" [{bounds.Lo:0.####}, {bounds.Hi:0.####}]" : ", without bounds: the score may not have changed")}");

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
