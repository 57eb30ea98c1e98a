using System.Globalization;
using LlmOps.Evaluation;

namespace LlmOps.Releases;

/// <summary>The decisions on traffic: soak, widen, take back. No news is not good news: without a verdict the traffic stays where it is.</summary>
public static class Ladder
{
    public static Decision Shadow(Release release, Phase.Shadowing shadowing, Facts facts, DateTimeOffset now)
    {
        var shadow = facts.Way.Shadow ?? new ShadowPolicy(ShadowMode.Advisory, TimeSpan.Zero);
        var verdict = Watching.Shadow(facts.Policy, facts.Evidence);
        var left = shadowing.Since + shadow.Soak - now;
        if (shadow.Mode == ShadowMode.Blocking && verdict.Verdict == Verdict.Fail)
            return TakeBack(release, $"The shadow does worse than what is live: {verdict.Reason}", [verdict], now);
        if (left > TimeSpan.Zero)
            return new(release, $"It soaks as a shadow for {Words(left)} more. {verdict.Reason}", [verdict]);
        if (shadow.Mode == ShadowMode.Advisory)
            return Up(release, facts.Way, Phase.ShadowStep, $"The shadow soaked; its verdict ({verdict.Verdict.ToString().ToLowerInvariant()}) is advice. {verdict.Reason}", [verdict], now);
        if (facts.Evidence.Candidate.Requests < facts.Way.MinRequests)
            return new(release, $"{facts.Evidence.Candidate.Requests} of {facts.Way.MinRequests} requests were shadowed. It needs traffic on {release.Route}.", [verdict]);
        return verdict.Verdict == Verdict.Pass || !verdict.Decides
            ? Up(release, facts.Way, Phase.ShadowStep, $"The shadow soaked for {Words(shadow.Soak)} over {facts.Evidence.Candidate.Requests} requests. {verdict.Reason}", [verdict], now)
            : new(release, $"The shadow's verdict is open. {verdict.Reason}{More(verdict)}", [verdict]);
    }

    public static Decision Climb(Release release, Phase.Canary canary, Route route, Facts facts, DateTimeOffset now)
    {
        var verdicts = Verdicts(facts);
        if (Broken(verdicts) is { } broken)
            return TakeBack(release, $"At {canary.Percent} %: {broken.Reason}", verdicts, now);
        if (route.Killed)
            return new(release, $"The kill switch of {route.Name} is on: the canary gets nothing.", verdicts);
        var left = canary.Since + facts.Way.Dwell - now;
        if (left > TimeSpan.Zero)
            return new(release, $"It stands at {canary.Percent} % for {Words(left)} more. {Seen(facts)}", verdicts);
        if (facts.Evidence.Candidate.Requests < facts.Way.MinRequests)
            return new(release, $"It has {facts.Evidence.Candidate.Requests} of {facts.Way.MinRequests} requests at {canary.Percent} %. It needs traffic on {release.Route}.", verdicts);
        return Holding(facts) is { } open
            ? new(release, $"It stays at {canary.Percent} % until a verdict. {open.Reason}{More(open)}", verdicts)
            : Up(release, facts.Way, canary.Step, $"{canary.Percent} % held. {Seen(facts)} {string.Join(" ", verdicts.Where(verdict => verdict.Verdict == Verdict.Pass).Select(verdict => verdict.Reason))}", verdicts, now);
    }

    /// <summary>A live release is watched for the rollback window, against the hard limits alone: nothing else runs beside it.</summary>
    public static Decision Watch(Release release, Phase.Live live, Route route, Facts facts, DateTimeOffset now)
    {
        var limits = Watching.Limits(facts.Policy, facts.Evidence.Candidate);
        if (route.Stable != release.Bundle)
            return new(release.To(new Phase.Done(live.Step, now)), "A newer release took its place.", limits);
        if (Broken(limits) is { } broken)
            return release.Previous is null
                ? new(release, $"It breaks a limit, but there is no bundle to go back to: {broken.Reason} Release a better one, or abort to take the route out of service.", limits)
                : TakeBack(release, $"Live: {broken.Reason}", limits, now);
        var left = live.Since + Watching.Window(facts.Way) - now;
        return left > TimeSpan.Zero
            ? new(release, $"It is live with all traffic and is watched for {Words(left)} more. {Seen(facts)}", limits)
            : new(release.To(new Phase.Done(live.Step, now)), $"The rollback window of {Words(Watching.Window(facts.Way))} is over. {Seen(facts)}", limits);
    }

    /// <summary>A paused canary still serves people, so it is still taken back when it harms them.</summary>
    public static Decision Hold(Release release, Phase.Paused paused, Facts facts, DateTimeOffset now)
    {
        var waiting = $"Paused in {paused.From}: {paused.Reason}. Resume or abort it.";
        if (paused.From is not Phase.Canary)
            return new(release, waiting);
        var verdicts = Verdicts(facts);
        return Broken(verdicts) is { } broken ? TakeBack(release, $"While paused: {broken.Reason}", verdicts, now) : new(release, waiting, verdicts);
    }

    /// <summary>The next rung at once, for a person who will not wait: only with a verdict that says pass.</summary>
    public static Result<Decision> Promote(Release release, Facts facts, string reason, DateTimeOffset now)
    {
        if (release.Phase is not (Phase.Shadowing or Phase.Canary))
            return Refusal.Conflict("not-climbing", $"Release {release.Id} is {release.Phase}; only a shadow or a canary can be promoted.");
        IReadOnlyList<GateResult> verdicts = release.Phase is Phase.Shadowing ? [Watching.Shadow(facts.Policy, facts.Evidence)] : Verdicts(facts);
        var rules = release.Phase is Phase.Shadowing ? verdicts : Watching.Canary(facts.Policy, facts.Evidence);
        var passed = Broken(verdicts) is null && rules.Any(verdict => verdict.Verdict == Verdict.Pass) && !rules.Any(verdict => verdict is { Verdict: Verdict.Inconclusive, Decides: true });
        return passed
            ? Up(release, facts.Way, release.Phase.Rung, reason, verdicts, now)
            : Refusal.Conflict("no-pass-verdict", $"Release {release.Id} has no verdict that says pass, and without one nobody widens it. {string.Join(" ", verdicts.Where(verdict => verdict.Verdict != Verdict.Pass).Select(verdict => verdict.Reason))}");
    }

    /// <summary>One rung up; the last rung is all traffic.</summary>
    public static Decision Up(Release release, ReleasePolicy way, int step, string why, IReadOnlyList<GateResult> verdicts, DateTimeOffset now)
    {
        var next = step + 1;
        return next >= way.Ladder.Count - 1
            ? GoLive(release, way, why, verdicts, now)
            : new(release.To(new Phase.Canary(next, way.Ladder[next], now)), why, verdicts);
    }

    public static Decision GoLive(Release release, ReleasePolicy way, string why, IReadOnlyList<GateResult> verdicts, DateTimeOffset now) =>
        new(release.To(new Phase.Live(way.Ladder.Count - 1, now)), why, verdicts);

    public static string Words(TimeSpan time) => time switch
    {
        { TotalSeconds: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds)} s"),
        { TotalMinutes: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalMinutes)} minutes"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalHours)} hours"),
    };

    private static Decision TakeBack(Release release, string why, IReadOnlyList<GateResult> verdicts, DateTimeOffset now) =>
        new(release.To(new Phase.RolledBack(why, now)), why, verdicts);

    private static List<GateResult> Verdicts(Facts facts) => [.. Watching.Canary(facts.Policy, facts.Evidence), .. Watching.Limits(facts.Policy, facts.Evidence.Candidate)];

    private static GateResult? Broken(IEnumerable<GateResult> verdicts) => verdicts.FirstOrDefault(verdict => verdict.Verdict == Verdict.Fail);

    /// <summary>The watch that is not decided yet. Limits only ever take back, so an open one holds nothing.</summary>
    private static GateResult? Holding(Facts facts) =>
        Watching.Canary(facts.Policy, facts.Evidence).FirstOrDefault(verdict => verdict is { Verdict: Verdict.Inconclusive, Decides: true });

    private static string Seen(Facts facts)
    {
        var (candidate, stable) = (facts.Evidence.Candidate, facts.Evidence.Stable);
        return candidate.Requests == 0 ? "No request has come yet."
            : $"{candidate.Errors} of {candidate.Requests} requests failed{(stable.Requests == 0 ? "" : $", against {stable.Errors} of {stable.Requests} beside it")}.";
    }

    private static string More(GateResult verdict) => verdict.CasesNeeded is { } more ? $" About {more} more requests would decide it." : "";
}
