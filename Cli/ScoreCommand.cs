using System.CommandLine;
using LlmOps.Evaluation;

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
        var found = scorer.Value is ModelJudge model ? RowJudge.Find(model, ".") : null;
        if (found is { Refused: true })
            return terminal.Refuse(found.Refusal);
        if (!input.Exists)
            return terminal.Refuse(Refusal.Invalid("no-such-file", $"There is no file {input.FullName}. Name the rows with --in."));

        var tally = new ScoreTally(scorer.Value, input.Name, keepRows: terminal.Json);
        using (var judge = found?.Value)
        using (var reader = StrictText.Rows(input))
        await using (var writer = output is not null ? output.CreateText() : terminal.Json ? StreamWriter.Null : new StreamWriter(Console.OpenStandardOutput()))
        {
            var underway = new Queue<(ScoredCase Row, Task<Score> Score)>();
            for (var line = 1; await reader.ReadLineAsync(ct) is { } text; line++)
            {
                if (string.IsNullOrWhiteSpace(text))
                    continue;
                var row = StrictText.IsBroken(text) ? Refusal.Invalid("not-utf8", "The row is no UTF-8. Save the file as UTF-8; nothing is replaced on its own.") : ScoredRow.Parse(text);
                if (row.Refused)
                    tally.Fault(line, row.Refusal);
                else
                    underway.Enqueue((row.Value, judge is null ? Task.FromResult(scorer.Value.Score(row.Value)) : judge.Score(row.Value, ct)));
                while (underway.Count >= (judge is null ? 1 : RowJudge.Width))
                    await Write();
            }
            while (underway.Count > 0)
                await Write();

            async Task Write()
            {
                var (row, score) = underway.Dequeue();
                await writer.WriteLineAsync(tally.Add(row, await score));
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
    internal static Result<Scorer> Find(string asked)
    {
        var mark = asked.LastIndexOf('#');
        if (mark < 0 || asked[..mark].Contains(':', StringComparison.Ordinal) && !File.Exists(asked[..mark])) // a # in a setting's value
        {
            var settings = SuiteScorer.Parse(asked);
            return settings.Refused ? settings.Refusal : Scorer.Create(settings.Value);
        }
        var (file, name) = (asked[..mark], asked[(mark + 1)..]);
        if (!File.Exists(file))
            return Refusal.Invalid("no-such-file", $"There is no suite file {Path.GetFullPath(file)}. Write FILE#NAME, or a type of scorer.");
        var suite = Suite.Parse(File.ReadAllText(file), file);
        if (suite.Refused)
            return suite.Refusal;
        return suite.Value.Scorers.FirstOrDefault(scorer => scorer.Name == name) is { } found
            ? Scorer.Create(found)
            : Refusal.NotFound("no-such-scorer", $"{file} has no scorer \"{name}\". It has {string.Join(", ", suite.Value.Scorers.Select(scorer => scorer.Name))}.");
    }
}
