using System.CommandLine;

namespace LlmOps.Cli;

public static class ReleaseCommand
{
    // The verb, the local role that usually has the right, and what it does.
    private static readonly (string Verb, string Role, string Does)[] Actions =
    [
        ("approve", "lead", "Approve the bundle. Never one's own."),
        ("reject", "lead", "End it before it gets traffic."),
        ("pause", "operator", "Hold it where it is."),
        ("resume", "operator", "Go on from where it was paused."),
        ("promote", "lead", "Widen to the next rung now."),
        ("abort", "operator", "Take its traffic away at once."),
        ("rollback", "operator", "Put the previous bundle back."),
    ];

    public static Command Build()
    {
        var command = new Command("release", "A bundle on its way to all traffic.") { Open(), Status() };
        foreach (var (verb, role, does) in Actions)
            command.Add(Act(verb, role, does));
        return command;
    }

    public static string Line(ReleaseView release) =>
        $"{release.Id}  {release.Route,-16} {release.Label,-24} {release.Phase}{(release.Phase == "canary" ? $" {release.Percent:0.##} % (step {release.Step + 1} of {release.Ladder.Count})" : "")}: {release.Waiting}";

    private static Command Open()
    {
        var bundle = new Argument<string>("bundle") { Description = "Its id, from bundle list." };
        var reason = new Option<string>("--reason") { Description = "Why; goes into the audit.", Required = true };
        var command = new Command("open", "Send a bundle on its way.") { bundle, reason };
        command.SetAction(async (parsed, ct) =>
        {
            var terminal = Terminal.Of(parsed);
            var clients = Server.Connect(terminal);
            if (clients.Refused)
                return terminal.Refuse(clients.Refusal);
            return terminal.Answer(await clients.Value.Releases.Open(new OpenRelease(parsed.GetValue(bundle)!, parsed.GetValue(reason)!), ct), release => terminal.Say($"{Line(release)}\nNext: llmops release status {release.Id}"));
        });
        return command;
    }

    private static Command Status()
    {
        var id = new Argument<string?>("release") { Description = "One release; all when left out.", DefaultValueFactory = _ => null };
        var app = new Option<string?>("--app") { Description = "One application." };
        var command = new Command("status", "Where releases stand, and why.") { id, app };
        command.SetAction(async (parsed, ct) =>
        {
            var terminal = Terminal.Of(parsed);
            var clients = Server.Connect(terminal);
            if (clients.Refused)
                return terminal.Refuse(clients.Refusal);
            if (parsed.GetValue(id) is not { } one)
            {
                return terminal.Answer(await clients.Value.Releases.Releases(parsed.GetValue(app), ct), releases =>
                {
                    foreach (var release in releases)
                        terminal.Say(Line(release));
                });
            }
            return terminal.Answer(await clients.Value.Releases.Release(one, ct), release =>
            {
                terminal.Say(Line(release));
                foreach (var gate in release.Watch)
                    terminal.Say($"  {gate.Metric}{(gate.Segment is null ? "" : $" ({gate.Segment})")} {gate.Verdict.ToString().ToLowerInvariant()}: {gate.Reason}");
                foreach (var step in release.History)
                    terminal.Say($"  {step.At:HH:mm:ss} {step.Phase,-18} {step.Percent,5:0.##} %  {step.Why}");
                if (release.Phase == "awaiting-approval")
                    terminal.Say($"Next, by a second person: llmops release approve {release.Id} --reason \"…\" --as lead");
            });
        });
        return command;
    }

    private static Command Act(string verb, string role, string does)
    {
        var id = new Argument<string>("release") { Description = "Its id, from release status." };
        var reason = new Option<string>("--reason") { Description = "Why; goes into the audit.", Required = true };
        var command = new Command(verb, does) { id, reason };
        command.SetAction(async (parsed, ct) =>
        {
            var terminal = Terminal.Of(parsed);
            var clients = Server.Connect(terminal, role);
            if (clients.Refused)
                return terminal.Refuse(clients.Refusal);
            return terminal.Answer(await clients.Value.Releases.Act(parsed.GetValue(id)!, verb, new ReleaseAction(parsed.GetValue(reason)!), ct), release => terminal.Say(Line(release)));
        });
        return command;
    }
}
