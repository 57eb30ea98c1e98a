using System.CommandLine;

namespace LlmOps.Cli;

public static class EvalCommand
{
    private static readonly Argument<FileInfo> Suite = new("suite") { Description = "The suite's file, in an application's folder." };
    private static readonly Option<FileInfo?> Prompt = new("--prompt") { Description = "Another prompt file than the suite's." };
    private static readonly Option<string?> Model = new("--model") { Description = "Another model than the prompt's, as provider/name@version." };
    private static readonly Option<string?> Baseline = new("--baseline") { Description = "The report of what to compare with, or production: the newest report of what is live, from the server." };
    private static readonly Option<FileInfo?> Policy = new("--policy") { Description = "Another policy than the suite's." };
    private static readonly Option<string?> Base = new("--base") { Description = "The protected branch: a change that edits its own gates, dataset or suite against it is marked, and the dataset must be committed." };
    private static readonly Option<FileInfo?> Out = new("--out") { Description = "Write the report as JSON." };
    private static readonly Option<FileInfo?> JUnit = new("--junit") { Description = "Write the report as JUnit XML." };
    private static readonly Option<FileInfo?> Markdown = new("--markdown") { Description = "Write the report as Markdown, for a pull request's comment." };
    private static readonly Option<bool> GitHub = new("--github") { Description = "Annotate the change and write the job's summary on GitHub Actions." };
    private static readonly Option<FileInfo?> Record = new("--record") { Description = "Keep the models' answers in a file." };
    private static readonly Option<FileInfo?> Replay = new("--replay") { Description = "Answer from such a file; no model is asked." };
    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on where a killed run of the same command stopped." };
    private static readonly Option<int> Seed = new("--seed") { Description = "Of the resampling in the gates." };
    private static readonly Option<int> PerProvider = new("--limit-per-provider") { Description = "Calls at once to one provider.", DefaultValueFactory = _ => Evaluation.RunLimits.UsualPerProvider };
    private static readonly Option<int> MostRepeats = new("--repeats-max") { Description = "Ask undecided cases up to so often; 0 keeps the suite's repeats." };

    public static Command Build()
    {
        AtLeast(PerProvider, 1, 1000);
        AtLeast(MostRepeats, 0, 20);
        var command = new Command("eval", "Run a suite without a server, compare, and decide the gates. Exit 0 pass, 2 inconclusive, 100 fail.")
        {
            Suite, Prompt, Model, Baseline, Policy, Base, Out, JUnit, Markdown, GitHub, Record, Replay, Resume, Seed, PerProvider, MostRepeats,
        };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(Record) is not null && parsed.GetValue(Replay) is not null)
                parsed.AddError("--record and --replay exclude each other: what is replayed is recorded already.");
        });
        command.SetAction(async (parsed, ct) =>
        {
            var terminal = Terminal.Of(parsed);
            var asked = new EvalQuestion(
                parsed.GetValue(Suite)!, parsed.GetValue(Prompt), parsed.GetValue(Model), parsed.GetValue(Baseline), parsed.GetValue(Policy), parsed.GetValue(Base),
                parsed.GetValue(Record), parsed.GetValue(Replay), parsed.GetValue(Resume), parsed.GetValue(Seed), parsed.GetValue(PerProvider), parsed.GetValue(MostRepeats), parsed.GetValue(Out));
            // Before the first paid call: an answer that has nowhere to go is lost.
            if (new[] { asked.Out, asked.Record, parsed.GetValue(JUnit), parsed.GetValue(Markdown) }.OfType<FileInfo>().Select(EvalOutput.Unwritable).OfType<Refusal>().FirstOrDefault() is { } unwritable)
                return terminal.Refuse(unwritable);
            Result<EvalReport> report;
            try
            {
                report = await new LocalEval(terminal, asked, TimeProvider.System).Run(ct);
            }
            catch (OperationCanceledException)
            {
                return terminal.Refuse(Refusal.Conflict("stopped", "The run was stopped before its end. The same command with --resume goes on from there."));
            }
            if (report.Refused)
            {
                await EvalOutput.Missing(asked.Suite, report.Refusal, parsed.GetValue(Markdown), parsed.GetValue(GitHub), ct);
                return terminal.Refuse(report.Refusal);
            }
            await EvalOutput.Write(terminal, report.Value, asked, parsed.GetValue(JUnit), parsed.GetValue(Markdown), parsed.GetValue(GitHub), ct);
            return Exit.Of(report.Value.Verdict);
        });
        return command;
    }

    private static void AtLeast(Option<int> option, int least, int most) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() is var value && (value < least || value > most))
            result.AddError($"{option.Name} is {value}; it must be from {least} to {most}.");
    });
}

/// <summary>One call of `llmops eval`.</summary>
public sealed record EvalQuestion(
    FileInfo Suite, FileInfo? Prompt, string? Model, string? Baseline, FileInfo? Policy, string? Base, FileInfo? Record, FileInfo? Replay, bool Resume, int Seed,
    int PerProvider, int MostRepeats, FileInfo? Out);
