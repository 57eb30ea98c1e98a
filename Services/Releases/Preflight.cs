namespace LlmOps.Releases;

/// <summary>The decisions before any traffic: whether the parts are sound, the evaluation good, and the people agreed.</summary>
public static class Preflight
{
    public static Decision Validate(Release release, Facts facts, DateTimeOffset now)
    {
        if (facts.Prompt is not { } asked)
            return new(release, "The prompt's findings are being read.");
        if (asked.Refused)
            return asked.Refusal.Kind == RefusalKind.NotFound
                ? new(release.To(new Phase.Rejected(asked.Refusal.Detail, now)), asked.Refusal.Detail)
                : new(release, $"Its prompt cannot be checked: {asked.Refusal.Detail}");
        if (asked.Value.Findings.FirstOrDefault(finding => finding.Level == FindingLevel.Error) is { } error)
        {
            var why = $"{error.File}{(error.Line is { } line ? $", line {line}" : "")}: {error.Message} (rule {error.Rule})";
            return new(release.To(new Phase.Rejected(why, now)), why);
        }
        return facts.Parts is { } missing
            ? new(release, $"Not all parts are there: {missing.Detail}")
            : new(release.To(new Phase.Evaluating(now)), "The prompt has no errors, its index version is built, and what is live can be gone back to.");
    }

    public static Decision Evaluate(Release release, Facts facts, DateTimeOffset now)
    {
        if (facts.Run is not { } asked)
            return new(release, "The evaluation is being started.");
        if (asked.Refused)
            return new(release, $"The evaluation cannot be {(release.Run is null ? "started" : "read")}: {asked.Refusal.Detail}");
        var run = asked.Value;
        if (release.Run != run.Id)
            return new(release with { Run = run.Id }, $"Evaluation {run.Id} compares it with {(release.Previous is null ? "nothing: it is the first" : "what is live")}.", run.Gates);
        if (run.State is RunState.Queued or RunState.Running)
            return new(release, $"Evaluation {run.Id} has {run.Done} of {run.Total} results.", run.Gates);
        if (run.State == RunState.Failed)
            return new(release, $"Evaluation {run.Id} broke down and says nothing about the bundle: {run.Error ?? "no reason was given"}. Start it again (POST /bundles/{release.Bundle}/evaluations), or abort.", run.Gates);
        return run.Verdict switch
        {
            Verdict.Pass => new(release.To(new Phase.AwaitingApproval(now)), $"Evaluation {run.Id} passed all {run.Gates.Count} gates on {run.DatasetSha256[..Math.Min(8, run.DatasetSha256.Length)]}.", run.Gates),
            Verdict.Fail => Failed(release, run, now),
            _ when release.Previous is null => new(release.To(new Phase.AwaitingApproval(now)),
                $"Nothing is live to compare with, and no gate failed in evaluation {run.Id}: the approval decides.", run.Gates),
            _ => new(release, $"Evaluation {run.Id} cannot tell yet. {Undecided(run)}", run.Gates),
        };
    }

    public static Decision Await(Release release, Facts facts, DateTimeOffset now)
    {
        var rule = facts.Policy.Approvals;
        var needed = Math.Max(rule.Required, facts.LeastApprovals);
        var given = Approval.Counting(facts.Approvals, rule, release, facts.Bundle.Author, now);
        if (given.Count < needed)
        {
            var who = rule.Roles.Count == 0 ? "anyone who may approve" : string.Join(" or ", rule.Roles);
            return new(release, $"It has {given.Count} of {needed} approvals. Wanted: {who}, but neither who made the bundle nor who opened the release.");
        }
        var approved = given.Count == 0 ? "Its policy asks for no approval" : $"Approved by {string.Join(", ", given.Select(approval => approval.Person))}";
        return release.Previous is null
            ? Ladder.GoLive(release, facts.Way, $"{approved}; it is the first on {release.Route}, so there is nothing to shadow or to compare with.", [], now)
            : facts.Way.Shadow is { } shadow
                ? new(release.To(new Phase.Shadowing(now)), $"{approved}. Copies of real requests go to it for {Ladder.Words(shadow.Soak)} first.")
                : Ladder.Up(release, facts.Way, Phase.ShadowStep, approved + ".", [], now);
    }

    private static Decision Failed(Release release, RunView run, DateTimeOffset now)
    {
        var gate = run.Gates.FirstOrDefault(gate => gate.Verdict == Verdict.Fail);
        var why = gate is null ? $"Evaluation {run.Id} failed." : $"Evaluation {run.Id} failed{(gate.Segment is null ? "" : $" in segment {gate.Segment}")}: {gate.Reason}";
        return new(release.To(new Phase.Rejected(why, now)), why, run.Gates);
    }

    private static string Undecided(RunView run) =>
        run.Gates.FirstOrDefault(gate => gate is { Verdict: Verdict.Inconclusive, Decides: true }) is { } gate
            ? $"{gate.Reason}{(gate.CasesNeeded is { } more && !gate.Reason.Contains("more cases", StringComparison.Ordinal) ? $" About {more} more cases would decide it." : "")}"
            : "No gate decided anything: the policy has none, or none had data.";
}
