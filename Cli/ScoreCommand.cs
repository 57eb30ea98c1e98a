using System.CommandLine;
using System.Text.Json.Nodes;
using LlmOps.Evaluation;
using LlmOps.Inference;

namespace LlmOps.Cli;

/// <summary>One scorer over answers that are there already, row by row: a file of any length needs the memory of one row.</summary>
public static class ScoreCommand
{
    public static Command Build()
    {
        var scorer = new Argument<string>("scorer")
        {
            Description = $"A type with its settings, as rouge:metric=rouge-2,threshold=0.4, or a suite's scorer, as suites/guest-agent.yaml#accuracy. Types: {string.Join(", ", Scorer.Types)}.",
        };
        var input = new Option<FileInfo>("--in") { Description = "JSONL rows {id, input, output, expected, context[], …}.", Required = true };
        var output = new Option<FileInfo?>("--out") { Description = "File for the scores; standard output when left out." };
        var command = new Command("score", "Score answers that are there already, without a server.") { scorer, input, output };
        command.SetAction((parsed, ct) => Run(parsed.GetValue(scorer)!, parsed.GetValue(input)!, parsed.GetValue(output), Terminal.Of(parsed), ct));
        return command;
    }

    private static async Task<int> Run(string asked, FileInfo input, FileInfo? output, Terminal terminal, CancellationToken ct)
    {
        var scorer = Find(asked);
        if (scorer.Refused)
            return terminal.Refuse(scorer.Refusal);
        var judge = scorer.Value is ModelJudge model ? ModelOf(model) : null;
        if (judge is { Refused: true })
            return terminal.Refuse(judge.Refusal);
        if (!input.Exists)
            return terminal.Refuse(Refusal.Invalid("no-such-file", $"There is no file {input.FullName}. Name the rows with --in."));

        var tally = new ScoreTally(scorer.Value, input.Name, keepRows: terminal.Json);
        using (var reader = input.OpenText())
        await using (var writer = output is not null ? output.CreateText() : terminal.Json ? StreamWriter.Null : new StreamWriter(Console.OpenStandardOutput()))
        {
            for (var line = 1; await reader.ReadLineAsync(ct) is { } text; line++)
            {
                if (string.IsNullOrWhiteSpace(text))
                    continue;
                var row = ScoredRow.Parse(text);
                if (row.Refused)
                    tally.Fault(line, row.Refusal);
                else
                    await writer.WriteLineAsync(tally.Add(row.Value, judge is null ? scorer.Value.Score(row.Value) : await Ask((ModelJudge)scorer.Value, judge.Value!, row.Value, ct)));
            }
        }
        if (tally.IsEmpty)
            return terminal.Refuse(Refusal.Invalid("no-rows", $"{input.FullName} has no rows, so there is nothing to score. Write one JSON object per line."));
        if (terminal.Json)
            terminal.Answer(tally.Document(), () => { });
        await Console.Error.WriteLineAsync(Terminal.Inert(tally.ToString()));
        return tally.Faults.Count == 0 ? Exit.Done : Exit.CouldNot;
    }

    /// <summary>A scorer by type and settings, or the one of that name in a suite.</summary>
    private static Result<Scorer> Find(string asked)
    {
        var mark = asked.LastIndexOf('#');
        if (mark < 0 || !File.Exists(asked[..mark]))
        {
            var settings = SuiteScorer.Parse(asked);
            return settings.Refused ? settings.Refusal : Scorer.Create(settings.Value);
        }
        var (file, name) = (asked[..mark], asked[(mark + 1)..]);
        var suite = Suite.Parse(File.ReadAllText(file), file);
        if (suite.Refused)
            return suite.Refusal;
        return suite.Value.Scorers.FirstOrDefault(scorer => scorer.Name == name) is { } found
            ? Scorer.Create(found)
            : Refusal.NotFound("no-such-scorer", $"{file} has no scorer \"{name}\". It has {string.Join(", ", suite.Value.Scorers.Select(scorer => scorer.Name))}.");
    }

    private static Result<IModel> ModelOf(ModelJudge judge) => ModelPin.Parse(judge.Model) is { Value: { } pin } && EmbeddedModels.Find(pin.Id, TimeProvider.System) is { } model
        ? Result.Of(model)
        : Refusal.Invalid("judge-not-reachable", $"The judge {judge.Model} is not one of the embedded models ({string.Join(", ", EmbeddedModels.Names)}), and score calls no provider. Let a suite use it with llmops eval, or take {Scorer.EmbeddedJudge}.");

    /// <summary>The one place where rows are judged by a model.</summary>
    private static async Task<Score> Ask(ModelJudge judge, IModel model, ScoredCase answered, CancellationToken ct)
    {
        if (judge.Unasked(answered) is { } known)
            return known;
        var answers = new List<Result<JsonObject>>();
        for (var repeat = 1; repeat <= judge.Repeats; repeat++)
            answers.Add(await model.Complete(judge.Request(answered, repeat), ct));
        return judge.Read(answered, answers);
    }
}
