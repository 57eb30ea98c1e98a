using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using LlmOps.Evaluation;

namespace LlmOps.Cli;

/// <summary>One scorer over answers that are there already, row by row: a file of any length needs the memory of one row.</summary>
public static class ScoreCommand
{
    private const int MostFaultsTold = 20;

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
        if (!input.Exists)
            return terminal.Refuse(Refusal.Invalid("no-such-file", $"There is no file {input.FullName}. Name the rows with --in."));

        var (rows, faults, values) = (new JsonArray(), new List<Finding>(), new List<double>());
        await using var writer = output is not null ? output.CreateText() : terminal.Json ? StreamWriter.Null : Console.Out;
        using var reader = input.OpenText();
        var (line, scored) = (0, 0);
        while (await reader.ReadLineAsync(ct) is { } text)
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
                continue;
            var row = ScoredRow.Parse(text);
            var score = row.Refused ? row.Refusal : await Score(scorer.Value, row.Value, ct);
            if (score.Refused)
            {
                faults.Add(new Finding(input.Name, line, score.Refusal.Code, FindingLevel.Error, score.Refusal.Detail));
                if (faults.Count <= MostFaultsTold)
                    await Console.Error.WriteLineAsync(Terminal.Inert($"{input.Name}:{line}: {score.Refusal.Detail} [{score.Refusal.Code}]"));
                continue;
            }
            scored++;
            if (score.Value.Value is { } value)
                values.Add(value);
            var view = View(row.Value!.Id, score.Value);
            await writer.WriteLineAsync(view.ToJsonString(Json.Options));
            if (terminal.Json)
                rows.Add(view);
        }
        if (scored + faults.Count == 0)
            return terminal.Refuse(Refusal.Invalid("no-rows", $"{input.FullName} has no rows, so there is nothing to score. Write one JSON object per line."));

        double? mean = values.Count > 0 ? values.Average() : null;
        if (terminal.Json)
            terminal.Answer(new { rows, scored, withoutScore = scored - values.Count, mean, faults }, () => { });
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{scored} rows scored, {scored - values.Count} of them without a score, {faults.Count} not readable; mean {(mean is { } m ? $"{m:0.####}" : "none")}"));
        return faults.Count == 0 ? Exit.Done : Exit.CouldNot;
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

    private static Task<Result<Score>> Score(Scorer scorer, ScoredCase answered, CancellationToken ct) => Task.FromResult<Result<Score>>(scorer.Score(answered));

    /// <summary>A missing score is written as null: it is neither a zero nor left out.</summary>
    private static JsonObject View(string id, Score score)
    {
        var view = new JsonObject
        {
            ["id"] = id, ["score"] = score.Value, ["label"] = score.Label ?? (score.Value is null ? "unknown" : score.Passed ? "pass" : "fail"), ["reason"] = score.Reason,
        };
        if (score.Confidence is { } confidence)
            view["confidence"] = confidence;
        if (score.Flag is { } flag)
            view["flag"] = flag;
        return view;
    }
}
