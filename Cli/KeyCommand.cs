using System.CommandLine;

namespace LlmOps.Cli;

public static class KeyCommand
{
    public static Command Build()
    {
        var role = new Argument<string>("role") { Description = "engineer, lead, operator, auditor, …" };
        var command = new Command("key", "Print the local stack's key of a role, for curl and other clients.") { role };
        command.SetAction(parsed =>
        {
            var terminal = Terminal.Of(parsed);
            if (Endpoints.Find() is not { } endpoints)
                return terminal.Refuse(Refusal.Upstream("no-server", "No running stack was found: there is no .llmops/endpoints.json here or above. Start one with ./run.sh."));
            if (endpoints.Keys.GetValueOrDefault(parsed.GetValue(role)!) is not { } key)
                return terminal.Refuse(Refusal.Invalid("no-such-role", $"There is no local key for \"{parsed.GetValue(role)}\". Known roles: {string.Join(", ", endpoints.Keys.Keys.Order())}."));
            terminal.Answer(new { role = parsed.GetValue(role), key }, () => terminal.Say(key));
            return Exit.Done;
        });
        return command;
    }
}
