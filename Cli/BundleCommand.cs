using System.CommandLine;

namespace LlmOps.Cli;

public static class BundleCommand
{
    private static readonly Option<string?> App = new("--app") { Description = "One application; all when left out." };

    public static Command Build() => new("bundle", "Everything that decides an answer, under one id.") { Create(), List(), Show(), Evaluate() };

    private static Command Create()
    {
        var prompt = new Argument<string>("prompt") { Description = "name, or name@version." };
        var app = new Option<string>("--app") { Description = "The application.", Required = true };
        var index = new Option<string?>("--index-version") { Description = "A built index version (ix_…); the newest ready one when left out." };
        var policy = new Option<string?>("--policy") { Description = "A policy's name; the application's when left out." };
        var command = new Command("create", "Resolve all parts and fix them in a manifest.") { prompt, app, index, policy };
        command.SetAction((parsed, ct) => Call(Terminal.Of(parsed), async (clients, terminal) =>
        {
            var (name, version) = parsed.GetValue(prompt)!.Split('@', 2) is [var n, var v] ? (n, v) : (parsed.GetValue(prompt)!, null);
            var bundle = await clients.Releases.CreateBundle(new CreateBundle(parsed.GetValue(app)!, name, version, parsed.GetValue(index), parsed.GetValue(policy)), ct);
            return terminal.Answer(bundle, view => terminal.Say($"{view.Id}  {view.Label}\nNext: llmops bundle evaluate {view.Id}"));
        }));
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "All bundles, newest first.") { App };
        command.SetAction((parsed, ct) => Call(Terminal.Of(parsed), async (clients, terminal) =>
            terminal.Answer(await clients.Releases.Bundles(parsed.GetValue(App), ct), bundles =>
            {
                foreach (var bundle in bundles)
                    terminal.Say($"{bundle.Id}  {bundle.App,-16} {bundle.Label,-24} {bundle.Author} {bundle.CreatedAt:u}");
            })));
        return command;
    }

    private static Command Show()
    {
        var id = new Argument<string>("bundle") { Description = "Its id, from bundle list." };
        var command = new Command("show", "A bundle's manifest.") { id };
        command.SetAction((parsed, ct) => Call(Terminal.Of(parsed), async (clients, terminal) =>
            terminal.Answer(await clients.Releases.Bundle(parsed.GetValue(id)!, ct), bundle => terminal.Say(System.Text.Json.JsonSerializer.Serialize(bundle, Json.Indented)))));
        return command;
    }

    private static Command Evaluate()
    {
        var id = new Argument<string>("bundle") { Description = "Its id, from bundle list." };
        var suite = new Option<string?>("--suite") { Description = "Another suite than the application's own, by its name on the server." };
        var retry = new Option<bool>("--retry") { Description = "Ask the errored cases of its finished run again, and only those." };
        var command = new Command("evaluate", "Evaluate a bundle against what is live, under its policy. Exit by the verdict: 0, 2 or 100.") { id, suite, retry };
        command.SetAction((parsed, ct) => Call(Terminal.Of(parsed), async (clients, terminal) =>
        {
            var started = await clients.Releases.Evaluate(parsed.GetValue(id)!, parsed.GetValue(suite), ct);
            if (!started.Refused && parsed.GetValue(retry))
                started = await clients.Evals.Retry(started.Value.Id, ct);
            var run = await EvalRun.Finish(clients, started, view => terminal.Say($"  {view.Done}/{view.Total}"), ct);
            if (run.Refused)
                return terminal.Refuse(run.Refusal);
            var bundle = await clients.Releases.Bundle(run.Value.Bundle, ct);
            if (bundle.Refused)
                return terminal.Refuse(bundle.Refusal);
            terminal.Answer(run.Value, () =>
            {
                foreach (var gate in run.Value.Gates)
                    terminal.Say($"  {EvalRun.Line(gate)}{(gate.Verdict == Verdict.Pass ? "" : $"\n    {gate.Reason}")}");
                terminal.Say($"{run.Value.Verdict}".ToLowerInvariant() + $"  {run.Value.Id}\n{EvalRun.Next(run.Value, bundle.Value)}");
            });
            return Exit.Of(run.Value.Verdict ?? Verdict.Inconclusive);
        }));
        return command;
    }

    private static async Task<int> Call(Terminal terminal, Func<Clients, Terminal, Task<int>> call)
    {
        var clients = Server.Connect(terminal);
        return clients.Refused ? terminal.Refuse(clients.Refusal) : await call(clients.Value, terminal);
    }
}
