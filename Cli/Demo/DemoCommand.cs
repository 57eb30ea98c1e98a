using System.CommandLine;
using System.Globalization;

namespace LlmOps.Cli;

public static class DemoCommand
{
    public static Command Build()
    {
        var fast = new Option<bool>("--fast") { Description = "Under policies/demo.yaml: a ladder of 10, 50, 100 % and seconds for clocks. Without it the application's own policy rules, which takes days." };
        var sample = new Option<DirectoryInfo?>("--sample") { Description = "The application's folder (default: Samples/HotelGuestAgent of the checkout)." };
        var command = new Command("demo", "The hotel scenario on the running stack, from a pushed prompt to an automatic rollback. Exit 0 only if every step held.") { fast, sample };
        command.SetAction((parsed, ct) => Run(Terminal.Of(parsed), parsed.GetValue(fast), parsed.GetValue(sample), ct));
        return command;
    }

    private static async Task<int> Run(Terminal terminal, bool fast, DirectoryInfo? sample, CancellationToken ct)
    {
        if ((sample?.FullName ?? Sample()) is not { } path)
            return terminal.Refuse(Refusal.Invalid("no-sample", "Samples/HotelGuestAgent is not here or above. Run the demo in a checkout, or name the folder with --sample."));
        var folder = new AppFolder(path);
        var app = folder.App();
        if (app.Refused)
            return terminal.Refuse(app.Refusal);
        var server = Server.Find(terminal);
        if (server.Refused)
            return terminal.Refuse(server.Refusal);
        var (engineer, lead, auditor) = (server.Value.AsLocal("engineer"), server.Value.AsLocal("lead"), server.Value.AsLocal("auditor"));
        if (engineer.Refused || lead.Refused || auditor.Refused)
            return terminal.Refuse((engineer.Refusal ?? lead.Refusal ?? auditor.Refusal)!);

        var policy = fast ? "policies/demo.yaml" : app.Value.Policy;
        var patience = fast ? TimeSpan.FromMinutes(2) : TimeSpan.FromDays(7);
        if (!fast)
            terminal.Say($"Under {policy} a release takes days: it soaks and dwells as it would for real guests. With --fast it takes about a minute.");
        var started = TimeProvider.System.GetTimestamp();
        var demo = new Demo(engineer.Value, lead.Value, auditor.Value, folder, app.Value with { Policy = policy }, patience, terminal);
        await demo.Run(ct);

        var ok = demo.Steps.All(step => step.Ok);
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        terminal.Answer(new { ok, policy, app = demo.App, seconds = Math.Round(seconds, 1), steps = demo.Steps }, () =>
            terminal.Say(string.Create(CultureInfo.InvariantCulture, $"\n{demo.Steps.Count(step => step.Ok)} of {demo.Steps.Count} steps held in {seconds:0} s. Look at it: {server.Value.Web}")));
        return ok ? Exit.Done : Exit.CouldNot;
    }

    private static string? Sample()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var path = Path.Combine(at.FullName, "Samples", "HotelGuestAgent");
            if (Directory.Exists(path))
                return path;
        }
        return null;
    }
}
