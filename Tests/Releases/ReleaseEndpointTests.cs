using System.Net;
using System.Net.Http.Json;
using LlmOps.Releases;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Tests.Releases;

public sealed class ReleaseEndpointTests(ReleasesService service) : IClassFixture<ReleasesService>
{
    private ReleasesClient Engineer => new(service.As(Role.Engineer));
    private ReleasesClient Lead => new(service.As(Role.Lead));

    [Fact]
    public async Task A_change_goes_from_bundle_to_live_and_the_next_one_is_taken_back_by_itself()
    {
        await service.App("loop");
        var first = await service.Live("loop", "1.0.0");
        Assert.Equal("done", first.Phase);

        var second = await service.Shadowing("loop", "1.1.0");
        Assert.Equal((first.Bundle, ReleasesService.Policy), (service.Started.Last().Baseline, service.Started.Last().PolicyText));
        Assert.Equal((second.Id, second.Bundle), ((await service.Route("loop")).Shadow!.Release, (await service.Route("loop")).Shadow!.Bundle));

        await service.Traffic(second, Arm.Shadow, requests: 500, errors: 0);
        service.Clock.Advance(TimeSpan.FromSeconds(10));
        await service.Step();
        for (var rung = 0; rung < 2; rung++)
        {
            var entry = await service.Route("loop");
            Assert.Equal((first.Bundle, rung, new[] { 10d, 50 }[rung]), (entry.Stable, entry.Canary!.Step, entry.Canary.Percent));
            await service.Traffic(await service.Find(second.Id), Arm.Canary, requests: 500, errors: 1);
            service.Clock.Advance(TimeSpan.FromSeconds(10));
            await service.Step();
        }
        var live = await service.Route("loop");
        Assert.Equal((second.Bundle, first.Bundle, null), (live.Stable, live.Previous, live.Canary));
        Assert.Equal("stable", live.NoUnit);

        var third = await service.Canary("loop", "1.3.0");
        await service.Traffic(third, Arm.Canary, requests: 500, errors: 100);
        await service.Step();

        var back = await service.Find(third.Id);
        Assert.Equal("rolled-back", back.Phase);
        Assert.Contains("error_rate is 20 %", back.Waiting, StringComparison.Ordinal);
        Assert.Contains(back.Watch, verdict => verdict.Verdict == Verdict.Fail);
        Assert.Contains(back.Evidence, arm => arm is { Arm: "canary", Requests: 500, Errors: 100 });
        Assert.Equal((second.Bundle, null), ((await service.Route("loop")).Stable, (await service.Route("loop")).Canary));
        Assert.Equal(["draft", "validating", "evaluating", "evaluating", "awaiting-approval", "shadowing", "canary", "rolled-back"], back.History.Select(step => step.Phase));
    }

    [Fact]
    public async Task Rolling_back_a_done_release_brings_the_bundle_before_it_back_and_its_label()
    {
        await service.App("back");
        var first = await service.Live("back", "1.0.0");
        var second = await Climb("back", "1.1.0");

        var rolled = await new ReleasesClient(service.As(Role.Operator)).Act(second.Id, "rollback", new("guests complain"), default);
        await ActivatorUtilities.CreateInstance<LabelWorker>(service.Services).Pass(default);

        Assert.Equal("rolled-back", rolled.Value?.Phase);
        var route = await service.Route("back");
        Assert.Equal((first.Bundle, second.Bundle), (route.Stable, route.Previous));
        Assert.Equal("1.0.0", service.Labels.Last(label => label.App == "back").Version);
    }

    [Fact]
    public async Task A_label_that_prompts_did_not_hear_of_is_moved_later()
    {
        await service.App("label");
        await service.Live("label", "1.0.0");
        var worker = ActivatorUtilities.CreateInstance<LabelWorker>(service.Services);

        service.PromptsAway = true;
        await worker.Pass(default);
        service.PromptsAway = false;
        Assert.DoesNotContain(service.Labels, label => label.App == "label");
        await worker.Pass(default);
        await worker.Pass(default);

        Assert.Equal("1.0.0", Assert.Single(service.Labels, label => label.App == "label").Version);
    }

    [Fact]
    public async Task The_author_of_the_bundle_and_the_opener_of_the_release_cannot_approve()
    {
        await service.App("self");
        var bundle = await service.Bundle("self", "1.0.0", author: Role.Lead);
        var opened = (await Engineer.Open(new(bundle.Id, "mine"), default)).Value!;
        await service.App("self2");
        var own = (await Lead.Open(new((await service.Bundle("self2", "1.0.0")).Id, "mine"), default)).Value!;

        Assert.Equal("author-cannot-approve", (await Lead.Act(opened.Id, "approve", new("fine"), default)).Refusal?.Code);
        Assert.Equal("author-cannot-approve", (await Lead.Act(own.Id, "approve", new("fine"), default)).Refusal?.Code);
        Assert.Equal("scope-missing", (await Engineer.Act(own.Id, "approve", new("fine"), default)).Refusal?.Code);
    }

    [Fact]
    public async Task An_approval_of_the_proposal_counts_for_the_release_of_its_bundle()
    {
        await service.App("proposal");
        var release = await service.Release("proposal", "1.0.0");
        await service.Step(4);
        Assert.Equal("awaiting-approval", (await service.Find(release.Id)).Phase);

        var now = service.Clock.Now;
        var approval = new ProposalApproval(7, Guid.CreateVersion7(), "proposal", release.Bundle, "product@local", Role.Product, "engineer@local", now, now.AddDays(7), "agent", "0.9.0");
        service.Approvals.Enqueue(approval);
        var worker = ActivatorUtilities.CreateInstance<ApprovalWorker>(service.Services);
        await worker.Pass(default);
        await service.Step();
        Assert.Equal("awaiting-approval", (await service.Find(release.Id)).Phase); // another version was reviewed than the bundle holds

        service.Approvals.Enqueue(approval with { Position = 8, Version = "1.0.0" });
        await worker.Pass(default);
        await worker.Pass(default);
        await service.Step();

        var live = await service.Find(release.Id);
        Assert.Equal("live", live.Phase);
        Assert.Equal("product@local", Assert.Single(live.Approvals).Person);
    }

    [Fact]
    public async Task A_failed_evaluation_rejects_the_release_with_the_gates_reason()
    {
        await service.App("worse");
        var release = await service.Release("worse", "1.0.0");

        service.Judge = run => run.App == "worse" ? Verdict.Fail : Verdict.Pass;
        await service.Step(4);

        var rejected = await service.Find(release.Id);
        Assert.Equal("rejected", rejected.Phase);
        Assert.Contains("accuracy is -40 pp", rejected.Waiting, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_with_a_lint_error_is_never_evaluated()
    {
        service.Findings["1.2.0"] = [new("agent.yaml", 9, "discount-limit", FindingLevel.Error, "20 % is beyond 15 %.")];
        await service.App("lint");
        var release = await service.Release("lint", "1.2.0");

        await service.Step(4);

        Assert.Equal("rejected", (await service.Find(release.Id)).Phase);
        Assert.DoesNotContain(service.Started, run => run.App == "lint");
    }

    [Fact]
    public async Task A_second_change_beside_a_shadow_is_refused()
    {
        await service.App("busy");
        await service.Live("busy", "1.0.0");
        await service.Shadowing("busy", "1.1.0");

        var beside = await Engineer.Open(new((await service.Bundle("busy", "1.2.1")).Id, "me too"), default);

        Assert.Equal("release-running", beside.Refusal?.Code);
    }

    [Fact]
    public async Task Every_action_works_over_the_wire_and_one_call_aborts()
    {
        await service.App("acts");
        var release = await service.Release("acts", "1.0.0");

        Assert.Equal("paused", (await Engineer.Act(release.Id, "pause", new("lunch"), default)).Value?.Phase);
        Assert.Equal("draft", (await Engineer.Act(release.Id, "resume", new("back"), default)).Value?.Phase);
        Assert.Equal("not-climbing", (await Lead.Act(release.Id, "promote", new("hurry"), default)).Refusal?.Code);
        Assert.Equal("rolled-back", (await new ReleasesClient(service.As(Role.Operator)).Act(release.Id, "abort", new("stop"), default)).Value?.Phase);
        Assert.Equal("already-ended", (await Lead.Act(release.Id, "reject", new("too late"), default)).Refusal?.Code);
    }

    [Theory]
    [InlineData("b_unknown", "production", "bundle-not-found")]
    [InlineData("b_unknown", "moon", "environment-unknown")]
    public async Task An_unknown_bundle_or_environment_is_refused_by_name(string bundle, string environment, string code) =>
        Assert.Equal(code, (await Engineer.Open(new(bundle, "why not", environment), default)).Refusal?.Code);

    [Theory]
    [InlineData(Role.Viewer, "releases", HttpStatusCode.Forbidden)]
    [InlineData(Role.Product, "bundles", HttpStatusCode.Forbidden)]
    [InlineData(Role.Viewer, "keys", HttpStatusCode.Forbidden)]
    [InlineData(Role.Admin, "releases", HttpStatusCode.Forbidden)]
    public async Task A_role_without_the_scope_is_turned_away(Role role, string path, HttpStatusCode status) =>
        Assert.Equal(status, (await service.As(role).PostAsJsonAsync(path, new { })).StatusCode);

    [Theory]
    [InlineData("snapshot")]
    [InlineData("access")]
    public async Task Snapshots_are_for_our_own_processes_alone(string path) =>
        Assert.Equal(HttpStatusCode.Forbidden, (await service.As(Role.Admin).GetAsync(path)).StatusCode);

    [Fact]
    public async Task A_kill_switch_narrows_for_an_operator_and_widens_for_a_lead_alone()
    {
        await service.App("kill");
        await service.Live("kill", "1.0.0");
        var reason = new ReleaseAction("fire drill");

        var killed = await service.As(Role.Operator).PostAsJsonAsync("routes/kill/kill", reason, Json.Options);
        var restored = await service.As(Role.Operator).PostAsJsonAsync("routes/kill/restore", reason, Json.Options);

        Assert.Equal(HttpStatusCode.OK, killed.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, restored.StatusCode);
        Assert.True((await service.Route("kill")).Killed);
    }

    private async Task<ReleaseView> Climb(string app, string version)
    {
        var release = await service.Canary(app, version);
        for (var rung = 0; rung < 2; rung++)
        {
            await service.Traffic(await service.Find(release.Id), Arm.Canary, requests: 500, errors: 0);
            service.Clock.Advance(TimeSpan.FromSeconds(10));
            await service.Step();
        }
        service.Clock.Advance(TimeSpan.FromSeconds(21));
        return await service.Until(release.Id, "done");
    }
}
