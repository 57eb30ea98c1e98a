using System.CommandLine;
using LlmOps.Prompting;

namespace LlmOps.Cli;

public static class PushCommand
{
    public static Command Build()
    {
        var dir = new Argument<DirectoryInfo>("dir") { Description = "The application's folder.", DefaultValueFactory = _ => new DirectoryInfo(".") };
        var prompt = new Option<FileInfo?>("--prompt") { Description = "Another prompt file than the one llmops.yaml names." };
        var command = new Command("push", "Bring policies, indexes, datasets, suites and the prompt to the server. Exit 100 when the policy lint blocks the prompt.") { dir, prompt };
        command.SetAction((parsed, ct) => Run(Terminal.Of(parsed), parsed.GetValue(dir)!, parsed.GetValue(prompt), ct));
        return command;
    }

    private static async Task<int> Run(Terminal terminal, DirectoryInfo dir, FileInfo? prompt, CancellationToken ct)
    {
        var folder = new AppFolder(dir.FullName);
        var app = folder.App();
        if (app.Refused)
            return terminal.Refuse(app.Refusal);
        if (prompt is { Exists: false })
            return terminal.Refuse(Refusal.Invalid("no-such-file", $"There is no file {prompt.FullName}."));
        var text = prompt is null ? folder.Has(app.Value.Prompt) ? folder.Text(app.Value.Prompt) : null : await File.ReadAllTextAsync(prompt.FullName, ct);
        if (text is null)
            return terminal.Refuse(Refusal.Invalid("missing-file", $"The prompt {app.Value.Prompt} is not there. Write it, or correct the path in {AppFile.Name}."));
        if (PromptFile.Parse(text, prompt?.Name ?? app.Value.Prompt) is { Refused: true } broken)
            return terminal.Refuse(broken.Refusal); // before anything else is brought there
        var clients = Server.Connect(terminal);
        if (clients.Refused)
            return terminal.Refuse(clients.Refusal);

        var pushed = await Push.Run(folder, app.Value, clients.Value, clients.Value, text, part => terminal.Say($"  {part}"), ct);
        if (pushed.Refused)
            return terminal.Refuse(pushed.Refusal);
        terminal.Answer(new { pushed.Value.App, pushed.Value.Parts, prompt = $"{pushed.Value.Prompt.Name}@{pushed.Value.Prompt.Version}", pushed.Value.Prompt.Findings, pushed.Value.Blocked }, () =>
        {
            foreach (var finding in pushed.Value.Prompt.Findings)
                terminal.Say(ValidateCommand.Line(finding));
            terminal.Say(pushed.Value.Blocked ? "pushed, and blocked: the policy lint refuses a release of this version" : $"pushed. Next: llmops bundle create {pushed.Value.Prompt.Name}@{pushed.Value.Prompt.Version} --app {pushed.Value.App}");
        });
        return pushed.Value.Blocked ? Exit.GateFailed : Exit.Done;
    }
}
