using System.Globalization;

namespace LlmOps.Evaluation;

/// <summary>Bias: how far the worst slice of the candidate lies behind the best one. Two slices are compared by putting their own intervals together
/// (Newcombe 1998, method 10; Zou and Donner 2008). Passing needs every pair to hold; a break is held against the number of pairs (Bonferroni).</summary>
internal static class SliceGap
{
    private const string Method = "newcombe";

    internal static GateResult Decide(PolicyGate gate, CaseSet set, double alpha, bool decides, int seed)
    {
        var metric = Metric.Of(gate.Metric);
        var name = gate.By ?? PolicyGate.EachSegment;
        var read = Target.Of(gate, set).Select(target => (Target: target, Cases: PairedCases.Of(metric, target, set, relative: false))).ToList();
        var slices = read.Where(slice => slice.Cases.Count > 0).Select(slice => Slice.Of(slice.Target.Name!, slice.Cases, alpha, seed)).ToList();
        var n = read.Sum(slice => slice.Cases.Count);
        if (read.Select(slice => slice.Cases.Missing).FirstOrDefault(missing => missing is not null) is { } lacking)
            return Unknown(lacking);
        if (slices.Count < 2)
            return Unknown($"A gap needs two slices of {name}; there {(slices.Count == 1 ? "is one" : "is none")} with {metric.Name}. Give the dataset's rows that field, or remove the gate.");

        var pairs = (from better in slices from worse in slices where better != worse select (Better: better, Worse: worse)).ToList();
        var (best, worst) = (slices.MaxBy(slice => Good(slice.Mean))!, slices.MinBy(slice => Good(slice.Mean))!);
        var widest = pairs.Max(pair => Between(pair, alpha).Hi);
        var surest = pairs.Max(pair => Between(pair, alpha / pairs.Count).Lo);
        var p = Math.Min(1, pairs.Count * pairs.Min(pair => Broken(pair, gate.MaxGap!.Value)));
        var verdict = widest <= gate.MaxGap + 1e-9 ? Verdict.Pass : surest > gate.MaxGap + 1e-9 ? Verdict.Fail : Verdict.Inconclusive;
        var gap = Good(best.Mean) - Good(worst.Mean);
        var sign = metric.HigherIsBetter ? -100 : 100;
        var interval = metric.HigherIsBetter ? new Interval(-100 * widest, -100 * surest) : new Interval(100 * surest, 100 * widest);
        var reason = string.Create(CultureInfo.InvariantCulture,
            $"{metric.Name} of {worst.Name} is {100 * worst.Mean:0.##} %, {100 * gap:0.##} pp from {best.Name} ({100 * surest:0.##} to {100 * widest:0.##}); allowed is a gap of {100 * gate.MaxGap:0.##} pp.");
        var needed = verdict == Verdict.Inconclusive && gap < gate.MaxGap ? (long?)Math.Ceiling(n * (Math.Pow((widest - gap) / (gate.MaxGap!.Value - gap), 2) - 1)) : null;
        var result = new GateResult(metric.Name, name, n, best.Mean, worst.Mean, sign * gap, "pp", interval, 100 * gate.MaxGap, Method, verdict, decides,
            100 * (widest - gap), needed, reason, P: p);
        return verdict == Verdict.Inconclusive ? result with { Reason = $"{reason} {NextStep.Of(result, set.Candidate)}" } : result;

        double Good(double mean) => metric.HigherIsBetter ? mean : -mean;

        Interval Between((Slice Better, Slice Worse) pair, double tail) => metric.HigherIsBetter ? Difference(pair.Better, pair.Worse, tail) : Difference(pair.Worse, pair.Better, tail);

        // The level at which the lower bound of this pair reaches the limit.
        double Broken((Slice Better, Slice Worse) pair, double limit)
        {
            var (lo, hi) = (1e-9, 0.5);
            for (var i = 0; i < 40; i++)
            {
                var middle = Math.Sqrt(lo * hi);
                if (Between(pair, middle).Lo > limit)
                    hi = middle;
                else
                    lo = middle;
            }
            return hi < 0.499 ? hi : 1;
        }

        GateResult Unknown(string why) => new(
            metric.Name, name, n, null, null, null, "pp", null, 100 * gate.MaxGap, "none", Verdict.Inconclusive, decides, null, null, why);
    }

    /// <summary>Where a − b lies.</summary>
    private static Interval Difference(Slice a, Slice b, double tail)
    {
        var (x, y) = (a.At(tail), b.At(tail));
        return new(
            a.Mean - b.Mean - Math.Sqrt(Square(a.Mean - x.Lo) + Square(y.Hi - b.Mean)),
            a.Mean - b.Mean + Math.Sqrt(Square(x.Hi - a.Mean) + Square(b.Mean - y.Lo)));

        static double Square(double value) => value * value;
    }

    private sealed record Slice(string Name, double Mean, Func<double, Interval> At)
    {
        internal static Slice Of(string name, PairedCases cases, double alpha, int seed)
        {
            var n = cases.Count;
            if (cases.Clusters is null && Array.TrueForAll(cases.Candidate, value => value is 0 or 1))
            {
                var passed = cases.Candidate.Count(value => value == 1);
                return new(name, passed / (double)n, tail => Proportion.Wilson(passed, n, tail));
            }
            if (cases.Units < 2)
                return new(name, cases.Candidate.Average(), _ => new Interval(0, 1));
            var (mean, drawn) = (cases.Candidate.Average(), Bootstrap.OfRatio(cases.PerUnit(i => cases.Candidate[i]), cases.PerUnit(_ => 1), seed));
            var moves = drawn.Interval(alpha) is var usual && usual.Lo < usual.Hi;
            return new(name, mean, tail => moves ? drawn.Interval(tail) : Evaluation.Bounds.OfEqual(mean, cases.Units, tail).Interval);
        }
    }
}
