using LlmOps.Evaluation;
using LlmOps.Releases;

namespace LlmOps.Tests.Releases;

/// <summary>What the controller decides, as a pure function of release, route, facts and time.</summary>
public sealed class StepTests
{
    private static readonly DateTimeOffset Noon = ReleaseTests.Noon;
    private static readonly Route Old = new("hotel", "hotel", "production", "b_old", null, Killed: false);
    private static readonly Policy Rules = Policy.Parse(ReleasesService.Policy, "release.yaml").Value!;
    private static readonly BundleManifest Manifest = new("hotel", new("embedded", "extractive", "1"), null, null, new("agent", "1.1.0", "p"), [], null, [], "embedded/rubric", "book", new("release", Rules.Sha256));

    private static Facts Known(Evidence? evidence = null, Verdict? verdict = null, RunState state = RunState.Finished, params Approval[] approvals) => new(
        new("b_new", "hotel", "extractive/1/v1.1.0", Manifest, "version: 1.1.0", "author@local", Noon), Rules, LeastApprovals: 0,
        new PromptVersionView("hotel", "agent", "1.1.0", "p", "version: 1.1.0", "embedded/extractive", "author@local", null, null, [], [], Noon), Parts: null,
        new RunView("run_1", "hotel", "golden", "b_new", "b_old", "golden", "d", "p", state, 10, 20, verdict, [], "engineer@local", Noon, null, null),
        approvals, evidence ?? Evidence.None);

    private static ArmTally Arm(long requests, long errors, double latencyMs = 20, long slow = 0)
    {
        var latencies = new long[Latencies.Buckets];
        latencies[Latencies.BucketOf(latencyMs)] = requests;
        return new(requests, errors, slow, 0, 0, requests * latencyMs, latencies);
    }

    private static Release In(Phase phase) => ReleaseTests.Draft with { Phase = phase, Run = "run_1" };

    private static Approval By(string person, Role role, double hoursAgo = 0, string? author = null, string bundle = "b_new") =>
        new(bundle, null, person, role, author, "proposal:1", Noon.AddHours(-hoursAgo), Noon.AddHours(-hoursAgo) + Approval.Validity);

    [Theory]
    [InlineData(9, 1000, 0, "canary 10 %")]   // not soaked
    [InlineData(10, 199, 0, "canary 10 %")]   // too few requests
    [InlineData(10, 1000, 0, "canary 50 %")]
    [InlineData(600, 0, 0, "canary 10 %")]    // no data, however long
    [InlineData(10, 1000, 60, "canary 10 %")] // no verdict yet: 6 % against 1 %, allowed 5 pp more
    [InlineData(1, 1000, 150, "rolled-back")] // worse beyond doubt: at once
    public void A_canary_widens_only_when_soaked_with_data_and_a_verdict(int seconds, long requests, long errors, string expected)
    {
        var facts = Known(new Evidence(Arm(requests, errors), Arm(1000, 10)));

        var decision = Step.Of(In(new Phase.Canary(0, 10, Noon)), Old, facts, Noon.AddSeconds(seconds));

        Assert.Equal(expected, decision.Next.Phase.ToString());
    }

    [Fact]
    public void A_canary_without_a_concurrent_stable_arm_stays()
    {
        var decision = Step.Of(In(new Phase.Canary(0, 10, Noon)), Old, Known(new Evidence(Arm(5000, 0), ArmTally.None)), Noon.AddHours(1));

        Assert.IsType<Phase.Canary>(decision.Next.Phase);
        Assert.Contains("stable arm has no error_rate", decision.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_rung_is_live()
    {
        var decision = Step.Of(In(new Phase.Canary(1, 50, Noon)), Old, Known(new Evidence(Arm(1000, 0), Arm(1000, 0))), Noon.AddMinutes(1));

        Assert.Equal(new Phase.Live(2, Noon.AddMinutes(1)), decision.Next.Phase);
    }

    [Fact]
    public void A_killed_route_widens_nothing()
    {
        var decision = Step.Of(In(new Phase.Canary(0, 10, Noon)), Old with { Killed = true }, Known(new Evidence(Arm(1000, 0), Arm(1000, 0))), Noon.AddHours(1));

        Assert.IsType<Phase.Canary>(decision.Next.Phase);
    }

    [Theory]
    [InlineData("canary")]
    [InlineData("paused")]
    [InlineData("live")]
    public void A_broken_limit_takes_it_back_from_everywhere_that_it_serves_people(string where)
    {
        var evidence = new Evidence(Arm(1000, 900), where == "live" ? ArmTally.None : Arm(1000, 900)); // as bad as stable, but beyond the hard limit
        Phase canary = new Phase.Canary(0, 10, Noon);
        var phase = where switch { "canary" => canary, "paused" => new Phase.Paused(canary, "lunch", Noon), _ => new Phase.Live(2, Noon) };

        var decision = Step.Of(In(phase), where == "live" ? Old with { Stable = "b_new", Previous = "b_old" } : Old, Known(evidence), Noon.AddSeconds(1));

        Assert.IsType<Phase.RolledBack>(decision.Next.Phase);
        Assert.Contains("error_rate is 90 %", decision.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_slow_requests_take_it_back()
    {
        var slow = Arm(1000, 0, latencyMs: 12_000, slow: 1000);

        var decision = Step.Of(In(new Phase.Canary(0, 10, Noon)), Old, Known(new Evidence(slow, Arm(1000, 0))), Noon.AddSeconds(1));

        Assert.IsType<Phase.RolledBack>(decision.Next.Phase);
    }

    [Fact]
    public void A_first_release_that_breaks_a_limit_stays_for_want_of_a_way_back()
    {
        var first = In(new Phase.Live(2, Noon)) with { Previous = null };

        var decision = Step.Of(first, Old with { Stable = "b_new" }, Known(new Evidence(Arm(1000, 900), ArmTally.None)), Noon.AddSeconds(1));

        Assert.Equal(first, decision.Next);
        Assert.Contains("no bundle to go back to", decision.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_live_release_is_done_when_its_window_is_over()
    {
        var route = Old with { Stable = "b_new", Previous = "b_old" };
        var live = In(new Phase.Live(2, Noon));

        Assert.Equal(live, Step.Of(live, route, Known(), Noon.AddSeconds(19)).Next);
        Assert.IsType<Phase.Done>(Step.Of(live, route, Known(), Noon.AddSeconds(20)).Next.Phase);
    }

    [Theory]
    [InlineData(9, 1000, 0, "shadowing")]
    [InlineData(10, 1000, 0, "canary 10 %")]
    [InlineData(10, 100, 0, "shadowing")]
    [InlineData(999, 0, 0, "shadowing")]
    [InlineData(1, 1000, 200, "rolled-back")]
    public void A_shadow_climbs_only_on_evidence(int seconds, long requests, long errors, string expected)
    {
        var decision = Step.Of(In(new Phase.Shadowing(Noon)), Old, Known(new Evidence(Arm(requests, errors), Arm(1000, 0))), Noon.AddSeconds(seconds));

        Assert.Equal(expected, decision.Next.Phase.ToString());
    }

    [Theory]
    [InlineData(Verdict.Pass, RunState.Finished, "awaiting-approval", "awaiting-approval")]
    [InlineData(Verdict.Fail, RunState.Finished, "rejected", "rejected")]
    [InlineData(Verdict.Inconclusive, RunState.Finished, "evaluating", "awaiting-approval")] // nothing live: relative gates cannot decide
    [InlineData(null, RunState.Running, "evaluating", "evaluating")]
    [InlineData(null, RunState.Failed, "evaluating", "evaluating")]                            // a broken run is no verdict
    public void An_evaluation_decides_only_with_a_verdict(Verdict? verdict, RunState state, string later, string first)
    {
        var facts = Known(verdict: verdict, state: state);

        Assert.Equal(later, Step.Of(In(new Phase.Evaluating(Noon)), Old, facts, Noon).Next.Phase.Word);
        Assert.Equal(first, Step.Of(In(new Phase.Evaluating(Noon)) with { Previous = null }, Old with { Stable = null }, facts, Noon).Next.Phase.Word);
    }

    [Fact]
    public void An_evaluation_that_cannot_be_reached_holds_still()
    {
        var facts = Known() with { Run = Refusal.Upstream("unreachable", "evals cannot be reached.") };

        var decision = Step.Of(In(new Phase.Evaluating(Noon)), Old, facts, Noon);

        Assert.Equal(In(new Phase.Evaluating(Noon)), decision.Next);
        Assert.Contains("cannot be reached", decision.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prompt_with_a_lint_error_is_rejected_with_rule_and_line()
    {
        var prompt = Known().Prompt!.Value! with { Findings = [new("agent.yaml", 12, "discount-limit", FindingLevel.Error, "20 % is beyond 15 %.")] };

        var decision = Step.Of(In(new Phase.Validating(Noon)), Old, Known() with { Prompt = prompt }, Noon);

        Assert.Equal(new Phase.Rejected("agent.yaml, line 12: 20 % is beyond 15 %. (rule discount-limit)", Noon), decision.Next.Phase);
    }

    [Fact]
    public void A_release_does_not_start_while_what_is_live_could_not_be_gone_back_to()
    {
        var facts = Known() with { Parts = Refusal.NotFound("index-version-not-found", "ix_old is gone.") };

        Assert.IsType<Phase.Validating>(Step.Of(In(new Phase.Validating(Noon)), Old, facts, Noon).Next.Phase);
    }

    [Fact]
    public void When_another_bundle_became_live_everything_is_checked_again()
    {
        var decision = Step.Of(In(new Phase.Canary(1, 50, Noon)), Old with { Stable = "b_other" }, Known(new Evidence(Arm(1000, 0), Arm(1000, 0))), Noon.AddHours(1));

        Assert.Equal(("b_other", null, "validating"), (decision.Next.Previous, decision.Next.Run, decision.Next.Phase.Word));
    }

    public static TheoryData<Approval, bool> Approvers() => new()
    {
        { By("lead@local", Role.Lead), true },
        { By("author@local", Role.Lead), false },                          // made the bundle
        { By("engineer@local", Role.Lead), false },                        // opened the release
        { By("lead@local", Role.Lead, author: "lead@local"), false },      // proposed the change
        { By("lead@local", Role.Lead, hoursAgo: 7 * 24), false },          // expired
        { By("lead@local", Role.Lead, bundle: "b_other"), false },         // agreed to something else
        { By("compliance@local", Role.Compliance), false },                // not of a role that the policy names
    };

    [Theory]
    [MemberData(nameof(Approvers), DisableDiscoveryEnumeration = true)]
    public void Only_another_person_of_the_right_role_can_approve_this_bundle_lately(Approval approval, bool counts)
    {
        var decision = Step.Of(In(new Phase.AwaitingApproval(Noon)), Old, Known(approvals: approval), Noon);

        Assert.Equal(counts ? "shadowing" : "awaiting-approval", decision.Next.Phase.Word);
    }

    [Fact]
    public void Two_approvals_of_one_person_are_one()
    {
        var facts = Known(approvals: [By("lead@local", Role.Lead), By("lead@local", Role.Lead, hoursAgo: 1)]) with { LeastApprovals = 2 };

        Assert.IsType<Phase.AwaitingApproval>(Step.Of(In(new Phase.AwaitingApproval(Noon)), Old, facts, Noon).Next.Phase);
    }

    [Fact]
    public void The_first_release_of_a_route_goes_live_on_approval()
    {
        var decision = Step.Of(In(new Phase.AwaitingApproval(Noon)) with { Previous = null }, Old with { Stable = null }, Known(approvals: By("lead@local", Role.Lead)), Noon);

        Assert.Equal(new Phase.Live(2, Noon), decision.Next.Phase);
    }

    [Theory]
    [InlineData(0, 1000, "no-pass-verdict")]
    [InlineData(1000, 0, "no-pass-verdict")]
    [InlineData(1000, 1000, null)]
    public void Nobody_promotes_without_a_pass(long canary, long stable, string? refused)
    {
        var promoted = Ladder.Promote(In(new Phase.Canary(0, 10, Noon)), Known(new Evidence(Arm(canary, 0), Arm(stable, 0))), "lead@local: in a hurry", Noon);

        Assert.Equal(refused, promoted.Refusal?.Code);
    }

    [Fact]
    public void A_watch_that_only_warns_holds_nothing_but_still_takes_back()
    {
        var warns = Policy.Parse(ReleasesService.Policy.Replace("max_increase: 0.05 }", "max_increase: 0.05 }\n  - { metric: groundedness, max_drop: 0.03, on_inconclusive: warn }", StringComparison.Ordinal), "p").Value!;
        var blocks = Policy.Parse(ReleasesService.Policy.Replace("max_increase: 0.05 }", "max_increase: 0.05 }\n  - { metric: groundedness, max_drop: 0.03 }", StringComparison.Ordinal), "p").Value!;
        var facts = Known(new Evidence(Arm(1000, 0), Arm(1000, 0)));
        var canary = In(new Phase.Canary(0, 10, Noon));

        Assert.Equal(new Phase.Canary(1, 50, Noon.AddMinutes(1)), Step.Of(canary, Old, facts with { Policy = warns }, Noon.AddMinutes(1)).Next.Phase);
        Assert.Equal(canary, Step.Of(canary, Old, facts with { Policy = blocks }, Noon.AddMinutes(1)).Next);
    }
}
