using LlmOps.Evaluation;
using static LlmOps.Tests.Evaluation.GateCases;

namespace LlmOps.Tests.Evaluation;

public sealed class JudgeTrustTests
{
    private const string OnTone = "gates:\n- { metric: tone, min: 0.5 }\n- { metric: accuracy, min: 0.5 }";

    private static readonly SuiteScorer Tone = new("tone", "judge", "tone");
    private static readonly Scorer Judge = Scorer.Create(Tone).Value!;
    private static readonly List<CaseResult> Good = Cases(100, i => Case(i) with { Scores = new Dictionary<string, double> { ["accuracy"] = 1, ["tone"] = 1 } });

    [Fact]
    public void A_gate_on_a_judge_that_nobody_calibrated_is_inconclusive_and_says_what_to_run()
    {
        var gates = Decide(OnTone, []);

        Assert.Equal([Verdict.Inconclusive, Verdict.Pass], gates.Select(gate => gate.Verdict));
        Assert.Contains("llmops judge calibrate --judge embedded/rubric --rubric tone ", gates[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_judge_that_agrees_with_humans_may_decide() => Assert.All(Decide(OnTone, [Calibrated(48, 2)]), gate => Assert.Equal(Verdict.Pass, gate.Verdict));

    [Fact]
    public void A_calibration_held_to_less_than_the_policy_asks_for_is_not_enough()
    {
        var weak = Calibrated(38, 12) with { Minimum = 0.1 }; // kappa 0.52, at least 0.35

        Assert.Equal(Verdict.Inconclusive, Decide(OnTone, [weak])[0].Verdict);
        Assert.Equal(Verdict.Pass, Decide("judges: { min_kappa: 0.3 }\n" + OnTone, [weak])[0].Verdict);
    }

    [Fact]
    public void A_calibration_of_another_judge_gives_no_trust()
    {
        var other = Calibrated(48, 2, JudgeVersion.Of(Judge)! with { PromptSha256 = "00" });

        var gate = Decide(OnTone, [other])[0];

        Assert.Equal(Verdict.Inconclusive, gate.Verdict);
        Assert.Contains("changed", gate.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_of_two_judges_do_not_compare()
    {
        var baseline = Report("gates: []", [Calibrated(48, 2)], null) with { Judges = [new("tone", "embedded/rubric@1 tone", null)] };

        var gate = Report("gates:\n- { metric: tone, max_drop: 0.1 }", [Calibrated(48, 2)], baseline).Gates.Single();

        Assert.Equal(Verdict.Inconclusive, gate.Verdict);
        Assert.Contains("embedded/rubric@1 tone", gate.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gain_that_only_an_uncalibrated_judge_sees_buys_nothing_back()
    {
        const string policy = "gates:\n- { metric: error_rate, max_increase: 0, method: point, unless_gain: { metric: tone, min: 0.1 } }";
        var baseline = Report("gates: []", [], null) with { Cases = [.. Good.Select(result => result with { Scores = new Dictionary<string, double> { ["tone"] = 0 } })] };
        List<CaseResult> worse = [.. Good[..^1], Good[^1] with { Error = "model-timeout" }];

        var (trusted, distrusted) = (Report(policy, [Calibrated(48, 2)], baseline, worse), Report(policy, [], baseline, worse));

        Assert.Equal((Verdict.Pass, Verdict.Fail), (trusted.Gates.Single().Verdict, distrusted.Gates.Single().Verdict));
    }

    [Theory]
    [InlineData("judges: { required: false }\n" + OnTone)]
    [InlineData("on_inconclusive: warn\n" + OnTone)] // it does not decide, so nothing rests on it
    public void A_judge_may_be_asked_without_calibration_where_nothing_rests_on_it(string policy) => Assert.Equal(Verdict.Pass, Decide(policy, [])[0].Verdict);

    [Fact]
    public void Two_reports_are_decided_by_the_trust_that_was_written_down()
    {
        var (policy, report) = (Policy.Parse(OnTone, "p.yaml").Value!, Report(OnTone, [], null));

        var decided = ReportGate.Decide(policy, report, report).Value!;

        Assert.Equal(Verdict.Inconclusive, decided.Gates[0].Verdict);
    }

    [Fact]
    public void A_calibration_whose_parts_contradict_each_other_is_refused()
    {
        var sound = Calibrated(48, 2);
        JudgeCalibration[] forged = [sound with { JudgeId = "judge_00" }, sound with { Confusion = new(50, 0, 0, 50) }, sound with { N = 1000 }];

        Assert.Equal(sound.JudgeId, StoredCalibration.Parse(Json.Write(sound), "c.json").Value?.JudgeId);
        Assert.All(forged, calibration => Assert.Equal("bad-calibration", StoredCalibration.Parse(Json.Write(calibration), "c.json").Refusal?.Code));
        Assert.Equal("bad-calibration", StoredCalibration.Parse("{}", "c.json").Refusal?.Code);
        Assert.Equal("bad-calibration", StoredCalibration.Parse("oops", "c.json").Refusal?.Code);
    }

    [Theory]
    [InlineData("--judge", "embedded/rubric", "--rubric", "tone+safety")]
    [InlineData("--judge", "judge:rubrics=[tone, safety]")]
    public async Task The_command_calibrates_the_judge_that_a_suite_asks_for(params string[] judge)
    {
        var settings = new SuiteScorer("manners", "judge") { Rubrics = ["tone", "safety"] };
        var folder = Directory.CreateTempSubdirectory("llmops-judge-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "rows.jsonl"), """{"id": "a", "input": "Open?", "output": "Yes, with pleasure.", "human": "pass"}""", TestContext.Current.CancellationToken);

        var run = await Command.Run(folder, ["judge", "calibrate", .. judge, "--in", "rows.jsonl", "--json"]);

        Assert.Equal(JudgeVersion.Of(Scorer.Create(settings).Value!)!.Id(), StoredCalibration.Parse(run.Out, "out").Value?.JudgeId);
        Directory.Delete(folder, recursive: true);
    }

    /// <param name="right">Of 50 rows of either label.</param>
    internal static JudgeCalibration Calibrated(int right, int wrong, JudgeVersion? judge = null)
    {
        var (version, counts) = (judge ?? JudgeVersion.Of(Judge)!, new Confusion(right, wrong, wrong, right));
        return new JudgeCalibration(
            1, version.Id(), version, new ReportDataset("labels", "00", counts.N), counts.N, Kappa.Of(counts, Calibration.Alpha), counts, null, null, 0, null, null, [], [],
            JudgeCalibration.DefaultMinimum, Verdict.Pass, "Kappa is high enough.");
    }

    private static IReadOnlyList<GateResult> Decide(string policy, IReadOnlyList<JudgeCalibration> calibrations) => Report(policy, calibrations, null).Gates;

    private static EvalReport Report(string yaml, IReadOnlyList<JudgeCalibration> calibrations, EvalReport? baseline, List<CaseResult>? cases = null)
    {
        var policy = Policy.Parse(yaml, "p.yaml").Value!;
        var dataset = Dataset.Parse(string.Join('\n', Good.Select(result => $$"""{"id": "{{result.Id}}", "input": "?"}""")), "golden.jsonl").Value!;
        return ReportBuilder.Build(
            "b_1", dataset, policy, cases ?? Good, baseline, ReportBuilder.JudgeOf([Judge]), 0, DateTimeOffset.UnixEpoch, TimeSpan.Zero, JudgeTrust.Of([Judge], policy.Judges, calibrations));
    }
}
