using System.CommandLine;
using System.Text.Json;
using LlmOps.Evaluation;

namespace LlmOps.Cli;

public static class JudgeCommand
{
    public static Command Build()
    {
        var judge = new Option<string>("--judge") { Description = $"A judge: {Scorer.EmbeddedJudge}, a model's pin, or a scorer with its settings, as suites/guest-agent.yaml#tone or judge:judge=PIN,rubric=tone,repeats=3.", Required = true };
        var rubric = new Option<string>("--rubric") { Description = "What it grades by; several as accuracy+tone.", DefaultValueFactory = _ => "accuracy" };
        var rows = new Option<FileInfo>("--in") { Description = "JSONL rows {id, input, output, expected, context[], human, segment}; human is pass, fail or a grade of 0 to 10, and left out where only the judge shall look.", Required = true };
        var output = new Option<FileInfo?>("--out") { Description = $"File for the calibration; {LocalCalibrations.Folder}/<judge>.json in the application's folder when left out." };
        var minimum = new Option<double>("--min-kappa") { Description = "The least agreement beyond chance, 0 to 1.", DefaultValueFactory = _ => JudgeCalibration.DefaultMinimum };
        var passAt = new Option<double>("--pass-at") { Description = "The human grade, 0 to 10, from which an answer passes.", DefaultValueFactory = _ => LabelledRow.PassAt };
        var probed = new Option<int>("--probes") { Description = "Rows that each probe is tried on.", DefaultValueFactory = _ => Calibration.ProbedRows };
        var calibrate = new Command("calibrate", "Hold a judge against human labels, without a server: agreement, errors, abstentions, and what leads it astray.") { judge, rubric, rows, output, minimum, passAt, probed };
        calibrate.SetAction(async (parsed, ct) =>
        {
            var terminal = Terminal.Of(parsed);
            var file = parsed.GetValue(rows)!;
            if (parsed.GetValue(minimum) is not (> 0 and < 1) || parsed.GetValue(passAt) is not (> 0 and <= 10) || parsed.GetValue(probed) < 0)
                return terminal.Refuse(Refusal.Invalid("bad-usage", "--min-kappa must lie between 0 and 1, --pass-at between 0 and 10, and --probes must not be negative."));
            if (!file.Exists)
                return terminal.Refuse(Refusal.Invalid("no-such-file", $"There is no file {file.FullName}. Name the rows with --in."));
            var asked = Find(parsed.GetValue(judge)!, parsed.GetValue(rubric)!);
            if (asked.Refused)
                return terminal.Refuse(asked.Refusal);
            var labelled = LabelledRow.Parse(await File.ReadAllBytesAsync(file.FullName, ct), file.Name, parsed.GetValue(passAt));
            if (labelled.Refused)
                return terminal.Refuse(labelled.Refusal);

            var calibration = await Calibration.Run(asked.Value, labelled.Value, parsed.GetValue(minimum), parsed.GetValue(probed), ct);
            var kept = parsed.GetValue(output)?.FullName ?? (File.Exists(AppFile.Name) ? PathOf(asked.Value.Version) : null);
            if (kept is not null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(kept))!);
                await File.WriteAllTextAsync(kept, JsonSerializer.Serialize(calibration, Json.Indented) + "\n", ct);
            }
            terminal.Answer(calibration, () => Say(terminal, calibration));
            return Exit.Of(calibration.Verdict);
        });
        return new Command("judge", "Judges that grade answers.") { calibrate };
    }

    /// <summary>Where a judge's calibration lies in an application's folder.</summary>
    public static string PathOf(JudgeVersion judge) => $"{LocalCalibrations.Folder}/{string.Concat($"{judge.Name}-{judge.Rubric}".Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '-'))}.json";

    private static Result<Judge> Find(string name, string rubric)
    {
        var rubrics = rubric.Split('+');
        var scorer = name.Contains('#', StringComparison.Ordinal) || name.StartsWith("judge:", StringComparison.Ordinal) ? ScoreCommand.Find(name)
            : Scorer.Create(rubrics.Length == 1 ? new SuiteScorer("judge", "judge", rubric, name) : new SuiteScorer("judge", "judge", Judge: name) { Rubrics = rubrics });
        if (scorer.Refused)
            return scorer.Refusal;
        if (JudgeVersion.Of(scorer.Value) is not { } version)
            return Refusal.Invalid("no-judge", $"{name} is a scorer of type {scorer.Value.Settings.Type}, which needs no calibration. Name a judge.");
        if (scorer.Value is not ModelJudge model)
            return new Judge(version, (answered, _) => ValueTask.FromResult(scorer.Value.Score(answered)), Flags: Flags);
        var asked = RowJudge.Find(model, ".");
        return asked.Refused ? asked.Refusal : new Judge(version, async (answered, ct) => await asked.Value.Score(answered, ct), Flags: Flags);

        static bool Flags(ScoredCase answered) => JudgeInjection.Is(answered.Output);
    }

    private static void Say(Terminal terminal, JudgeCalibration calibration)
    {
        terminal.Say($"{calibration.Judge.Name}, {calibration.Judge.Rubric}: {calibration.Verdict.ToString().ToLowerInvariant()}. {calibration.Reason}");
        var counts = calibration.Confusion;
        terminal.Say($"{calibration.N} rows: {counts.TruePass + counts.TrueFail} alike, {counts.FalsePass} passed that humans fail, {counts.FalseFail} failed that humans pass, {calibration.Abstained} abstained");
        foreach (var probe in calibration.Probes)
            terminal.Say($"{probe.Name,-10} changed {probe.Changed} of {probe.Count}");
        if (calibration.PassRate is { } rate)
            terminal.Say($"Of {rate.N} rows without a label it passes {rate.Observed.Value:P0}{(rate.Corrected is { } real ? $"; humans would pass {real.Value:P0} ({real.Interval.Lo:P0} to {real.Interval.Hi:P0})" : "")}.");
    }
}
