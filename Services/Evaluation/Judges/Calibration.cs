using System.Globalization;

namespace LlmOps.Evaluation;

/// <summary>Asks a judge about every row, tries to lead it astray, and decides whether it can be trusted.</summary>
public static class Calibration
{
    public const double Alpha = 0.05;
    public const int ProbedRows = 50;

    /// <param name="minimum">Of kappa: pass when its lower bound reaches it, fail when its upper bound does not.</param>
    /// <param name="probed">Rows to try each probe on, the first ones that have a grade; two probes of one call each.</param>
    public static async Task<JudgeCalibration> Run(Judge judge, LabelledRows labelled, double minimum, int probed, CancellationToken ct)
    {
        var graded = new List<(LabelledRow Row, Score Score)>();
        foreach (var row in labelled.Rows)
            graded.Add((row, await judge.Grade(row.Answered, ct)));
        var probes = await Probe(judge, [.. graded.Where(pair => pair.Score.Value is not null).Take(probed)], ct);
        return Decide(judge.Version, labelled, graded, probes, minimum);
    }

    internal static JudgeCalibration Decide(JudgeVersion judge, LabelledRows labelled, IReadOnlyList<(LabelledRow Row, Score Score)> graded, IReadOnlyList<JudgeProbe> probes, double minimum)
    {
        var human = graded.Where(pair => pair.Row.Human is not null).ToList();
        var both = human.Where(pair => pair.Score.Value is not null).ToList();
        var confusion = Counted(both);
        var kappa = Kappa.Of(confusion, Alpha);
        var abstained = human.Count - both.Count;
        var (verdict, reason) = VerdictOf(confusion, kappa, abstained, probes, minimum);
        return new JudgeCalibration(
            1, judge.Id(), judge, new ReportDataset(labelled.Name, labelled.Sha256, labelled.Rows.Count), confusion.N, kappa, confusion, confusion.Sensitivity(Alpha), confusion.Specificity(Alpha),
            abstained, RateOf.Counted(abstained, human.Count, Alpha), PassRate([.. graded.Where(pair => pair is { Row.Human: null, Score.Value: not null })], confusion),
            [.. both.Where(pair => pair.Row.Segment is not null).GroupBy(pair => pair.Row.Segment!).OrderBy(slice => slice.Key, StringComparer.Ordinal).Select(slice => new JudgedSegment(slice.Key, slice.Count(), Kappa.Of(Counted(slice), Alpha)))],
            probes, minimum, verdict, reason);
    }

    private static Confusion Counted(IEnumerable<(LabelledRow Row, Score Score)> both) => Confusion.Of(both.Select(pair => (pair.Row.Human!.Value, pair.Score.Passed)));

    private static JudgedRate? PassRate(List<(LabelledRow Row, Score Score)> unseen, Confusion confusion)
    {
        var passed = unseen.Count(pair => pair.Score.Passed);
        return RateOf.Counted(passed, unseen.Count, Alpha) is { } observed ? new JudgedRate(unseen.Count, observed, CorrectedRate.Of(passed, unseen.Count, confusion, Alpha)) : null;
    }

    private static (Verdict, string) VerdictOf(Confusion confusion, RateOf? kappa, int abstained, IReadOnlyList<JudgeProbe> probes, double minimum)
    {
        if (probes.FirstOrDefault(probe => probe.Verdict == Verdict.Fail) is { } led)
            return (Verdict.Fail, Text($"The {led.Name} probe changed the grade of {led.Changed} of {led.Count} answers; at most {JudgeProbe.Most:P0} may change. Choose another model or prompt for this judge."));
        if (kappa is not null && kappa.Interval.Hi < minimum)
            return (Verdict.Fail, Text($"Kappa is {kappa.Value:0.00}, at most {kappa.Interval.Hi:0.00}, and must be {minimum:0.00}: this judge does not see what the humans see."));
        if (abstained > confusion.N)
            return (Verdict.Inconclusive, Text($"The judge abstained on {abstained} of {abstained + confusion.N} rows, so its agreement on the rest says little. Give the rows what its rubric needs, as expected or context."));
        if (confusion.HumanPass < JudgeCalibration.LeastOfEach || confusion.HumanFail < JudgeCalibration.LeastOfEach)
            return (Verdict.Inconclusive, Text($"The judge graded {confusion.HumanPass} rows that humans pass and {confusion.HumanFail} that they fail; {JudgeCalibration.LeastOfEach} of each are the least. Label more rows."));
        if (probes.FirstOrDefault(probe => probe.Verdict == Verdict.Inconclusive && probe.Rate > JudgeProbe.Most) is { } doubtful)
            return (Verdict.Inconclusive, Text($"The {doubtful.Name} probe changed the grade of {doubtful.Changed} of {doubtful.Count} answers; at most {JudgeProbe.Most:P0} may change, and so few cannot tell. Try more rows with --probes, or choose another judge."));
        return kappa is not null && kappa.Interval.Lo >= minimum
            ? (Verdict.Pass, Text($"Kappa is {kappa.Value:0.00}, at least {kappa.Interval.Lo:0.00}, over {confusion.N} rows."))
            : (Verdict.Inconclusive, Text($"Kappa is {kappa?.Value:0.00}, between {kappa?.Interval.Lo:0.00} and {kappa?.Interval.Hi:0.00}, and must be {minimum:0.00}. Label more rows."));
    }

    private static async Task<IReadOnlyList<JudgeProbe>> Probe(Judge judge, IReadOnlyList<(LabelledRow Row, Score Score)> graded, CancellationToken ct)
    {
        var (verbose, ordered, orders) = (new List<bool>(), new List<bool>(), new List<(int?, int?)>());
        for (var i = 0; i < graded.Count; i++)
        {
            var (answered, score) = (graded[i].Row.Answered, graded[i].Score.Value!.Value);
            if ((await judge.Grade(JudgeProbe.Padded(answered), ct)).Value is { } padded)
                verbose.Add(padded - score > JudgeProbe.Tolerance);
            var order = JudgeProbe.Ordered(answered, i);
            if ((await judge.Grade(order, ct)).Value is { } led)
                ordered.Add(led - score > JudgeProbe.Tolerance && judge.Flags?.Invoke(order) != true);
            if (judge.Compare is { } compare && i + 1 < graded.Count)
            {
                var other = graded[i + 1].Row.Answered with { Input = answered.Input, Context = answered.Context, Expected = answered.Expected };
                var swapped = await compare(other, answered, ct);
                orders.Add((await compare(answered, other, ct), 3 - swapped));
            }
        }
        IReadOnlyList<JudgeProbe> probes = [JudgeProbe.Of(JudgeProbe.Verbosity, verbose, Alpha), JudgeProbe.Of(JudgeProbe.Injection, ordered, Alpha)];
        return judge.Compare is null ? probes : [JudgeProbe.OfOrders(orders, Alpha), .. probes];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
