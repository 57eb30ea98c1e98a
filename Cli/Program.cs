using System.CommandLine;
using LlmOps.Cli;

var root = new RootCommand("LlmOps: versions, evaluates, releases and pays for AI changes. Every error says what, why, and the next step.");
Terminal.AddOptions(root);
root.Add(InitCommand.Build());
root.Add(ValidateCommand.Build());
root.Add(DataCommand.Build());
root.Add(PushCommand.Build());
root.Add(BundleCommand.Build());
root.Add(ProposalCommand.Build());
root.Add(ReleaseCommand.Build());
root.Add(FeedbackCommand.Build());
root.Add(CostCommand.Build());
root.Add(KeysCommand.Build());
root.Add(AuditCommand.Build());
root.Add(DemoCommand.Build());
return await root.Parse(args).InvokeAsync();
