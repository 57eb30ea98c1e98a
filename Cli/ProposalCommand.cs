using System.CommandLine;

namespace LlmOps.Cli;

public static class ProposalCommand
{
    public static Command Build() => new("proposal", "Changes under review.") { Open(), List(), Review("approve", ReviewDecision.Approve, "lead"), Review("request-changes", ReviewDecision.RequestChanges, "lead") };

    private static Command Open()
    {
        var prompt = new Argument<string>("prompt") { Description = "name@version." };
        var app = new Option<string>("--app") { Description = "The application.", Required = true };
        var bundle = new Option<string>("--bundle") { Description = "The bundle that the reviewers approve.", Required = true };
        var title = new Option<string>("--title") { Description = "What changes, in a line.", Required = true };
        var run = new Option<string?>("--run") { Description = "The evaluation that is its evidence." };
        var command = new Command("open", "Propose a prompt version.") { prompt, app, bundle, title, run };
        command.SetAction(async (parsed, ct) =>
        {
            var terminal = Terminal.Of(parsed);
            if (parsed.GetValue(prompt)!.Split('@') is not [var name, var version])
                return terminal.Refuse(Refusal.Invalid("bad-prompt", "Write the prompt as name@version, as guest-agent@1.1.0."));
            var clients = Server.Connect(terminal);
            if (clients.Refused)
                return terminal.Refuse(clients.Refusal);
            var open = new OpenProposal(parsed.GetValue(app)!, name, version, parsed.GetValue(bundle)!, parsed.GetValue(title)!, Description: null, parsed.GetValue(run));
            return terminal.Answer(await clients.Value.Prompts.Open(open, ct), proposal => terminal.Say($"{proposal.Id}\nNext: llmops release open {proposal.Bundle} --reason \"…\", and a second person: llmops proposal approve {proposal.Id} --as lead"));
        });
        return command;
    }

    private static Command List()
    {
        var app = new Option<string?>("--app") { Description = "One application; all when left out." };
        var command = new Command("list", "All proposals, newest first.") { app };
        command.SetAction(async (parsed, ct) =>
        {
            var terminal = Terminal.Of(parsed);
            var clients = Server.Connect(terminal);
            if (clients.Refused)
                return terminal.Refuse(clients.Refusal);
            return terminal.Answer(await clients.Value.Prompts.Proposals(parsed.GetValue(app), ct), proposals =>
            {
                foreach (var proposal in proposals)
                    terminal.Say($"{proposal.Id}  {proposal.State,-16} {proposal.Name}@{proposal.Version,-10} {proposal.Author,-18} {proposal.Title}");
            });
        });
        return command;
    }

    private static Command Review(string verb, ReviewDecision decision, string role)
    {
        var id = new Argument<string>("proposal") { Description = "Its id, from proposal list." };
        var comment = new Option<string?>("--comment") { Description = "Why." };
        var command = new Command(verb, decision == ReviewDecision.Approve ? "Approve the bundle that the proposal names. Never one's own." : "Send it back.") { id, comment };
        command.SetAction(async (parsed, ct) =>
        {
            var terminal = Terminal.Of(parsed);
            if (!Guid.TryParse(parsed.GetValue(id), out var asked))
                return terminal.Refuse(Refusal.Invalid("bad-proposal", $"\"{parsed.GetValue(id)}\" is no proposal's id. llmops proposal list shows them."));
            var clients = Server.Connect(terminal, role);
            if (clients.Refused)
                return terminal.Refuse(clients.Refusal);
            var proposal = await clients.Value.Prompts.Proposal(asked, ct);
            if (proposal.Refused)
                return terminal.Refuse(proposal.Refusal);
            var reviewed = await clients.Value.Prompts.Review(proposal.Value.Id, new ReviewProposal(decision, proposal.Value.Bundle, parsed.GetValue(comment)), ct);
            return terminal.Answer(reviewed, view => terminal.Say($"{view.Id}: {view.State}"));
        });
        return command;
    }
}
