using System.CommandLine;

namespace LlmOps.Cli;

public static class KeysCommand
{
    private static readonly Role[] People = [.. Enum.GetValues<Role>().Where(role => role != Role.Service)];

    public static Command Build() => new("keys", "Who may call, in which role.") { Local(), List(), Create(), Revoke() };

    private static Command Local()
    {
        var role = new Argument<string>("role") { Description = "engineer, lead, operator, auditor, …" };
        var command = new Command("local", "Print the local stack's key of a role, for curl and other clients.") { role };
        command.SetAction(parsed =>
        {
            var terminal = Terminal.Of(parsed);
            if (LocalEndpoints.Find() is not { } endpoints)
                return terminal.Refuse(Refusal.Upstream("no-server", "No running stack was found: there is no .llmops/endpoints.json here or above. Start one with ./run.sh."));
            if (endpoints.Keys.GetValueOrDefault(parsed.GetValue(role)!) is not { } key)
                return terminal.Refuse(Refusal.Invalid("no-such-role", $"There is no local key for \"{parsed.GetValue(role)}\". Known roles: {string.Join(", ", endpoints.Keys.Keys.Order())}."));
            terminal.Answer(new { role = parsed.GetValue(role), key }, () => terminal.Say(key));
            return Exit.Done;
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "All keys, never their secrets.");
        command.SetAction(async (parsed, ct) =>
        {
            var terminal = Terminal.Of(parsed);
            var clients = Server.Connect(terminal, "admin");
            return clients.Refused ? terminal.Refuse(clients.Refusal) : terminal.Answer(await clients.Value.Releases.Keys(ct), keys =>
            {
                foreach (var key in keys)
                    terminal.Say($"{key.Id}  {LocalPerson.Words(key.Role),-15} {key.Person,-28} app {key.App,-16} {(key.Revoked ? "revoked" : key.Expires is { } end ? $"until {end:u}" : "")}".TrimEnd());
            });
        });
        return command;
    }

    private static Command Create()
    {
        var person = new Argument<string>("person") { Description = "Whose key: a stable id, as an e-mail address." };
        var role = new Option<string>("--role") { Description = "What the person is.", Required = true };
        role.AcceptOnlyFromAmong([.. People.Select(LocalPerson.Words)]);
        var app = new Option<string>("--app") { Description = "The one application it covers; all when left out.", DefaultValueFactory = _ => "*" };
        var days = new Option<int?>("--days") { Description = "After how many days it ends; never when left out." };
        var command = new Command("create", "A new key. It is shown this once.") { person, role, app, days };
        command.SetAction(async (parsed, ct) =>
        {
            var terminal = Terminal.Of(parsed);
            var clients = Server.Connect(terminal, "admin");
            if (clients.Refused)
                return terminal.Refuse(clients.Refusal);
            var end = parsed.GetValue(days) is { } count ? TimeProvider.System.GetUtcNow().AddDays(count) : (DateTimeOffset?)null;
            var key = await clients.Value.Releases.CreateKey(new CreateKey(People.Single(one => LocalPerson.Words(one) == parsed.GetValue(role)), parsed.GetValue(person)!, parsed.GetValue(app)!, end), ct);
            return terminal.Answer(key, created => terminal.Say(created.Secret));
        });
        return command;
    }

    private static Command Revoke()
    {
        var id = new Argument<string>("id") { Description = "The key's id, from keys list." };
        var command = new Command("revoke", "End a key. Every process knows it within seconds.") { id };
        command.SetAction(async (parsed, ct) =>
        {
            var terminal = Terminal.Of(parsed);
            var clients = Server.Connect(terminal, "admin");
            return clients.Refused ? terminal.Refuse(clients.Refusal) : terminal.Answer(await clients.Value.Releases.RevokeKey(parsed.GetValue(id)!, ct), key => terminal.Say($"{key.Id} of {key.Person} is revoked"));
        });
        return command;
    }
}
