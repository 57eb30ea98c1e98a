using System.Text;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Judges;

public sealed class CalibrationTests
{
    private static readonly JudgeVersion Version = new("test/judge", "accuracy", "test/judge@1", "abc");
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(100, 2, Verdict.Pass)]
    [InlineData(100, 20, Verdict.Inconclusive)]
    [InlineData(100, 45, Verdict.Fail)]
    [InlineData(16, 0, Verdict.Inconclusive)]  // eight of each label are too few, whatever their agreement
    public async Task The_interval_of_kappa_decides(int rows, int wrong, Verdict verdict)
    {
        var calibration = await Run(Judge(answered => Right(answered, but: wrong)), Labelled(rows));

        Assert.Equal((verdict, rows), (calibration.Verdict, calibration.N));
        Assert.Equal(wrong, calibration.Confusion.FalsePass + calibration.Confusion.FalseFail);
    }

    [Fact]
    public async Task An_abstention_is_counted_and_is_no_agreement()
    {
        var calibration = await Run(Judge(answered => Number(answered) % 4 < 2 ? null : Right(answered)), Labelled(120));

        Assert.Equal((60, 60, 0.5), (calibration.N, calibration.Abstained, calibration.AbstainRate!.Value));
    }

    [Fact]
    public async Task A_judge_that_mostly_abstains_is_not_trusted()
    {
        var calibration = await Run(Judge(answered => Number(answered) % 6 < 4 ? null : Right(answered)), Labelled(120));

        Assert.Equal((40, Verdict.Inconclusive), (calibration.N, calibration.Verdict));
    }

    [Fact]
    public async Task A_judge_that_obeys_the_graded_text_fails_however_well_it_agrees()
    {
        var obedient = Judge(answered => answered.Output.Contains("10", StringComparison.Ordinal) ? 1 : Right(answered));

        var calibration = await Run(obedient, Labelled(100));
        var flagging = await Run(obedient with { Flags = _ => true }, Labelled(100));

        var injection = calibration.Probes.Single(probe => probe.Name == JudgeProbe.Injection);
        Assert.Equal((50, 25, Verdict.Fail), (injection.Count, injection.Changed, injection.Verdict)); // the other half had full marks already
        Assert.Equal((Verdict.Fail, Verdict.Pass), (calibration.Verdict, flagging.Verdict));
    }

    [Fact]
    public async Task A_judge_that_likes_long_answers_fails()
    {
        var calibration = await Run(Judge(answered => answered.Output.Length > 100 ? 1 : Right(answered)), Labelled(100));

        Assert.Equal(Verdict.Fail, calibration.Probes.Single(probe => probe.Name == JudgeProbe.Verbosity).Verdict);
    }

    [Fact]
    public async Task A_judge_that_may_like_long_answers_is_not_trusted_yet()
    {
        var calibration = await Run(Judge(answered => answered.Output.Length > 100 && Number(answered) % 6 == 1 && Number(answered) < 48 ? 1 : Right(answered)), Labelled(100));

        Assert.Equal(8, calibration.Probes.Single(probe => probe.Name == JudgeProbe.Verbosity).Changed);
        Assert.Equal(Verdict.Inconclusive, calibration.Verdict);
    }

    [Fact]
    public async Task A_judge_that_prefers_the_first_place_is_found_out_by_swapping()
    {
        var biased = Judge(answered => Right(answered)) with { Compare = (_, _, _) => ValueTask.FromResult<int?>(1) };
        var fair = biased with { Compare = (first, second, _) => ValueTask.FromResult<int?>(Number(first) > Number(second) ? 1 : 2) };

        var found = (await Run(biased, Labelled(100))).Probes.Single(probe => probe.Name == JudgeProbe.Position);
        var none = (await Run(fair, Labelled(100))).Probes.Single(probe => probe.Name == JudgeProbe.Position);

        Assert.Equal((49, 49, Verdict.Fail), (found.Count, found.Changed, found.Verdict));
        Assert.Equal((49, 0, Verdict.Pass), (none.Count, none.Changed, none.Verdict));
    }

    [Fact]
    public async Task Rows_without_a_label_get_the_rate_that_humans_would_give()
    {
        var rows = Labelled(200);
        var unlabelled = rows with { Rows = [.. rows.Rows.Select((row, i) => i < 100 ? row : row with { Human = null })] };

        var calibration = await Run(Judge(answered => Number(answered) % 5 == 0 ? 1 : Right(answered)), unlabelled);

        Assert.Equal((100, 0.6), (calibration.PassRate!.N, calibration.PassRate.Observed.Value));
        Assert.Equal(0.5, calibration.PassRate.Corrected!.Value, 1e-9);
    }

    [Fact]
    public async Task Each_slice_shows_its_own_agreement()
    {
        var rows = Labelled(100);
        var sliced = rows with { Rows = [.. rows.Rows.Select((row, i) => row with { Segment = i < 50 ? "easy" : "hard" })] };

        var calibration = await Run(Judge(answered => Number(answered) >= 50 ? 1 - Right(answered) : Right(answered)), sliced);

        Assert.Equal([("easy", 50, 1.0), ("hard", 50, -1.0)], calibration.Segments.Select(slice => (slice.Segment, slice.N, slice.Kappa!.Value)));
    }

    [Theory]
    [InlineData("""{"id": "a", "input": "q", "human": "pass"}""", "bad-row")]
    [InlineData("""{"id": "a", "input": "q", "output": "o", "human": "maybe"}""", "bad-label")]
    [InlineData("""{"id": "a", "input": "q", "output": "o", "human": 11}""", "bad-label")]
    [InlineData("""{"id": "a", "input": "q", "output": "o", "human": [1]}""", "bad-label")]
    [InlineData("""{"id": "x", "input": "q", "output": "o", "human": "pass"}""", "duplicate-id")]
    [InlineData("""{"id": "a" """, "bad-json")]
    public void A_row_that_cannot_be_used_is_named_by_its_line(string row, string code)
    {
        var refusal = LabelledRow.Parse(Encoding.UTF8.GetBytes("""{"id": "x", "input": "q", "output": "o", "human": "pass"}""" + "\n" + row), "labels.jsonl").Refusal!;

        Assert.Equal(code, refusal.Code);
        Assert.StartsWith("labels.jsonl:2: ", refusal.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"pass\"", true)]
    [InlineData("\"FAIL\"", false)]
    [InlineData("true", true)]
    [InlineData("7", true)]
    [InlineData("6.5", false)]
    [InlineData("null", null)]
    public void A_label_is_a_word_or_a_grade_of_ten(string human, bool? passes)
    {
        var rows = LabelledRow.Parse(Encoding.UTF8.GetBytes($$"""{"id": "x", "input": "q", "output": "o", "human": {{human}}}"""), "labels.jsonl").Value!;

        Assert.Equal(passes, rows.Rows.Single().Human);
    }

    private static Task<JudgeCalibration> Run(Judge judge, LabelledRows rows) => Calibration.Run(judge, rows, JudgeCalibration.DefaultMinimum, Calibration.ProbedRows, Ct);

    private static Judge Judge(Func<ScoredCase, double?> grade) =>
        new(Version, (answered, _) => ValueTask.FromResult(grade(answered) is { } value ? new Score(value, value >= 0.7, "") : new Score(null, false, "abstains")));

    /// <summary>Even rows are good answers, odd ones are not.</summary>
    private static LabelledRows Labelled(int n) =>
        new("labels", "00", [.. Enumerable.Range(0, n).Select(i => new LabelledRow(new ScoredCase($"{i}", "q", i % 2 == 0 ? "good" : "bad", null, []), i % 2 == 0, null))]);

    private static double Right(ScoredCase answered, int but = 0) => answered.Output.StartsWith("good", StringComparison.Ordinal) != Number(answered) < but ? 1 : 0;

    private static int Number(ScoredCase answered) => int.Parse(answered.Id, System.Globalization.CultureInfo.InvariantCulture);
}
