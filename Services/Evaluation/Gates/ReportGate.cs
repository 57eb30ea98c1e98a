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
        if (candidate.Judge != baseline.Judge)
        {
            return Refusal.Invalid("judges-differ",
                $"The candidate was judged by {candidate.Judge ?? "no judge"}, the baseline by {baseline.Judge ?? "no judge"}. Score the baseline again with the candidate's judge.");
        }
        var judges = policy.Judges.Required ? candidate.Judges : null;
        var gates = JudgeTrust.Decide(
            RecordedTimes.Decide(Gates.Decide(JudgeTrust.Narrowed(policy, judges), candidate.Cases, baseline.Cases, candidate.Seed, candidate.Dataset.Cases), candidate.Cases, baseline.Cases),
            judges, baseline.Judges);
        return candidate with
        {
            Baseline = new ReportBaseline(baseline.Bundle), Gates = gates, Verdict = Verdicts.Combine(gates), Ratchet = Ratchet.Of(policy, baseline) is { Count: > 0 } ratchet ? ratchet : null,
        };
    }

    private static string Name(EvalReport report) => $"{report.Dataset.Name} ({report.Dataset.Sha256[..Math.Min(12, report.Dataset.Sha256.Length)]})";
}
