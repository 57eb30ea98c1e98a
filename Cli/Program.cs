using System.CommandLine;
using LlmOps;
using LlmOps.Cli;

var root = new RootCommand("LlmOps: versions, evaluates, releases and pays for AI changes. Every error says what, why, and the next step.");
Terminal.AddOptions(root);
root.Add(InitCommand.Build());
root.Add(ValidateCommand.Build());
root.Add(DataCommand.Build());
root.Add(GateCommand.Build());
root.Add(PowerCommand.Build());
root.Add(ImportCommand.Build());
root.Add(ExportCommand.Report());
root.Add(ScoreCommand.Build());
root.Add(EvalCommand.Build());
root.Add(ScanCommand.Build());
root.Add(JudgeCommand.Build());
root.Add(GitHubComment.Build());
root.Add(PushCommand.Build());
root.Add(BundleCommand.Build());
root.Add(ProposalCommand.Build());
root.Add(ReleaseCommand.Build());
root.Add(FeedbackCommand.Build());
root.Add(CostCommand.Build());
root.Add(KeysCommand.Build());
root.Add(AuditCommand.Build());
root.Add(DemoCommand.Build());

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
    return await Terminal.Misuse(parsed, args);
try
{
    return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    return Terminal.Of(parsed).Refuse(Refusal.Invalid("file-not-usable", $"{e.Message} Name a file or folder that this user may read and write."));
}
catch (OperationCanceledException)
{
    return Exit.CouldNot; // Ctrl+C
}
catch (Exception e) // a fault of the program: a script still gets its exit code and its one document, a person no stack trace
{
    return Terminal.Of(parsed).Refuse(Refusal.Invalid("program-fault", $"The program failed at a place where it should not ({e.GetType().Name}: {e.Message}). Report it with the command and its files; nothing was decided."));
}
