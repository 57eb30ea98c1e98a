namespace LlmOps.Evaluation;

/// <summary>The verdict on two finished reports, pairing their cases by id.</summary>
public static class ReportGate
{
    /// <summary>The candidate's report with gates and verdict against this baseline; refused where the two did not measure the same thing.</summary>
    public static Result<EvalReport> Decide(Policy policy, EvalReport candidate, EvalReport baseline)
    {
        if (candidate.Dataset.Sha256 != baseline.Dataset.Sha256)
        {
            return Refusal.Invalid("datasets-differ",
                $"The candidate ran on {Name(candidate)}, the baseline on {Name(baseline)}. A difference between them would say nothing about the change: run both on the same file.");
        }
        if (Forged(candidate, baseline) is { } forged)
            return forged;
        if (candidate.Judge != baseline.Judge)
        {
            return Refusal.Invalid("judges-differ",
                $"The candidate was judged by {candidate.Judge ?? "no judge"}, the baseline by {baseline.Judge ?? "no judge"}. Score the baseline again with the candidate's judge.");
        }
        var judges = policy.Judges.Required ? candidate.Judges : null;
        var gates = JudgeTrust.Decide(
            RecordedAnswers.Decide(Gates.Decide(JudgeTrust.Narrowed(policy, judges), candidate.Cases, baseline.Cases, candidate.Seed, candidate.Dataset.Cases), candidate.Cases, baseline.Cases),
            judges, baseline.Judges);
        return candidate with
        {
            Baseline = new ReportBaseline(baseline.Bundle), Gates = gates, Verdict = Verdicts.Combine(gates), Ratchet = Ratchet.Of(policy, baseline) is { Count: > 0 } ratchet ? ratchet : null,
        };
    }

    /// <summary>What two reports on the same file cannot differ in: how many cases it has, and which slice each belongs to.</summary>
    private static Refusal? Forged(EvalReport candidate, EvalReport baseline)
    {
        if (candidate.Dataset.Cases != baseline.Dataset.Cases)
        {
            return Refusal.Invalid("sizes-differ",
                $"The candidate's report gives {Name(candidate)} {candidate.Dataset.Cases:N0} cases, the baseline's {baseline.Dataset.Cases:N0}, and it is the same file. One of the two was changed by hand: run it again.");
        }
        var segments = baseline.Cases.GroupBy(result => result.Id).ToDictionary(repeats => repeats.Key, repeats => repeats.First().Segment);
        return candidate.Cases.FirstOrDefault(result => segments.TryGetValue(result.Id, out var segment) && segment != result.Segment) is { } moved
            ? Refusal.Invalid("segments-differ",
                $"Case {moved.Id} counts to {moved.Segment ?? "no segment"} in the candidate's report and to {segments[moved.Id] ?? "none"} in the baseline's, and both ran on {Name(candidate)}. One of the two was changed by hand: run it again.")
            : null;
    }

    private static string Name(EvalReport report) => $"{report.Dataset.Name} ({report.Dataset.Sha256[..Math.Min(12, report.Dataset.Sha256.Length)]})";
}
