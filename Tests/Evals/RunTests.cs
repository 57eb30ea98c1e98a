using LlmOps.Evals;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Tests.Evals;

/// <summary>Each test empties the queue it fills; the class has a database of its own, and its tests run one after the other.</summary>
public sealed class RunTests(EvalsService service) : IClassFixture<EvalsService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_question_is_asked_once()
    {
        var first = await service.Start("once", ["a", "b"], Ct);
        var second = await service.Start("once", ["a", "b"], Ct);
        var other = await service.Start("once", ["a", "b"], Ct, policy: EvalsService.Policy + "\n");

        Assert.Equal(first.Id, second.Id);
        Assert.NotEqual(first.Id, other.Id);
        Assert.Equal((RunState.Queued, 0, 2), (second.State, second.Done, second.Total));
        await Drain();
    }

    [Fact]
    public async Task Only_our_own_processes_start_runs_and_take_jobs()
    {
        var lead = service.Client(Role.Lead);

        Assert.Equal("scope-missing", (await lead.Start(new("own", "guest", "b_new", null, EvalsService.Policy, "me"), Ct)).Refusal?.Code);
        Assert.Equal("scope-missing", (await lead.Claim(new("me", 1), Ct)).Refusal?.Code);
        Assert.Equal("scope-missing", (await lead.Finish(new([]), Ct)).Refusal?.Code);
    }

    [Fact]
    public async Task A_run_needs_its_suite_and_a_readable_policy()
    {
        var unknown = await service.Internal.Start(new("nowhere", "guest", "b_new", null, EvalsService.Policy, "me"), Ct);
        await service.Start("policy", ["a"], Ct);
        var broken = await service.Internal.Start(new("policy", "guest", "b_new", null, "gates:\n- { metric: accuracy, most: 1 }\n", "me"), Ct);

        Assert.Equal("suite-not-found", unknown.Refusal?.Code);
        Assert.Equal(RefusalKind.Invalid, broken.Refusal?.Kind);
        await Drain();
    }

    [Fact]
    public async Task Two_claimers_never_get_the_same_job()
    {
        await service.Start("claims", [.. Enumerable.Range(0, 40).Select(n => $"case-{n}")], Ct);

        var batches = await Task.WhenAll(Enumerable.Range(0, 8).Select(runner => service.Claim($"runner-{runner}", 8, Ct)));

        var claimed = batches.SelectMany(batch => batch).Select(job => job.Id).ToList();
        Assert.Equal(claimed.Count, claimed.Distinct().Count());
        service.Clock.Advance(JobStore.Lease);
        await Drain();
    }

    [Fact]
    public async Task A_job_returns_when_its_lease_ends_and_the_late_result_does_not_count()
    {
        var run = await service.Start("lease", ["a"], Ct);
        var lost = Assert.Single(await service.Claim("dead", 8, Ct));
        Assert.Empty(await service.Claim("alive", 8, Ct));
        service.Clock.Advance(JobStore.Lease);
        var again = Assert.Single(await service.Claim("alive", 8, Ct));

        var late = await service.Finish(Ct, EvalsService.Answered(lost, right: false));
        var taken = await service.Finish(Ct, EvalsService.Answered(again, right: true));
        var twice = await service.Finish(Ct, EvalsService.Answered(again, right: false));

        Assert.Equal((1, 2), (lost.Attempt, again.Attempt));
        Assert.Equal((0, 1, 0), (late, taken, twice));
        await service.Pass(Ct);
        Assert.Equal(Verdict.Pass, (await service.Internal.Run(run.Id, Ct)).Value?.Verdict);
    }

    [Fact]
    public async Task The_last_result_finishes_the_run_with_its_verdict()
    {
        var run = await service.Start("verdict", ["a", "b"], Ct, baseline: "b_before_verdict");
        var jobs = await service.Claim("runner", 8, Ct);
        await service.Finish(Ct, [.. jobs[..3].Select(job => EvalsService.Answered(job, right: true))]);
        await service.Pass(Ct);
        var before = (await service.Internal.Run(run.Id, Ct)).Value!;

        await service.Finish(Ct, EvalsService.Answered(jobs[3], right: true));
        await service.Pass(Ct);

        var after = (await service.Internal.Run(run.Id, Ct)).Value!;
        var report = (await service.Client(Role.Viewer).Report(run.Id, Ct)).Value!;
        Assert.Equal((RunState.Running, 3, 4, null), (before.State, before.Done, before.Total, before.Verdict));
        Assert.Equal((RunState.Finished, Verdict.Pass), (after.State, after.Verdict));
        Assert.Equal(("b_verdict", "b_before_verdict", 2), (report.Bundle, report.Baseline?.Bundle, report.Cases.Count));
        Assert.Equal(run.DatasetSha256, report.Dataset.Sha256);
        Assert.Equal(after.Gates.Single().Reason, report.Gates.Single().Reason);
    }

    [Fact] // F55: without the errored cases the accuracy would be 100 %.
    public async Task An_errored_case_stays_in_the_denominator()
    {
        var run = await service.Start("errored", ["a", "b", "c", "d"], Ct);
        var jobs = await service.Claim("runner", 8, Ct);

        await service.Finish(Ct, [.. jobs[..2].Select(job => EvalsService.Answered(job, right: true)), .. jobs[2..].Select(job => EvalsService.Errored(job, "rate_limit_exceeded"))]);
        await service.Pass(Ct);

        var view = (await service.Internal.Run(run.Id, Ct)).Value!;
        Assert.Equal(Verdict.Fail, view.Verdict);
        Assert.Equal((4L, 50.0), (view.Gates.Single().N, view.Gates.Single().Candidate!.Value * 100));
        Assert.Equal(2, (await service.Internal.Report(run.Id, Ct)).Value!.Segments[0].Errors);
    }

    [Fact]
    public async Task Before_the_first_release_nothing_is_compared_and_nothing_passes_unseen()
    {
        const string policy = """
            gates:
            - { metric: accuracy, max_drop: 0.05 }
            - { metric: latency_p95_ms, max_increase_pct: 15, and_ms: 50 }
            - { metric: cost_per_1k_usd, max_increase_pct: 10, method: point }
            """;
        var run = await service.Start("first", ["a", "b"], Ct, policy: policy);

        await Drain();

        var view = (await service.Internal.Run(run.Id, Ct)).Value!;
        Assert.Equal((RunState.Finished, Verdict.Inconclusive), (view.State, view.Verdict));
        Assert.All(view.Gates, gate => Assert.Equal((Verdict.Inconclusive, null), (gate.Verdict, gate.Delta)));
    }

    [Fact] // F59
    public async Task A_case_that_no_runner_finishes_is_errored_and_never_dropped()
    {
        var run = await service.Start("lost", ["a"], Ct);
        for (var attempt = 1; attempt <= JobStore.Attempts; attempt++)
        {
            Assert.Equal(attempt, Assert.Single(await service.Claim("dying", 8, Ct)).Attempt);
            await service.Pass(Ct);
            service.Clock.Advance(JobStore.Lease);
        }

        Assert.Empty(await service.Claim("late", 8, Ct));
        await service.Pass(Ct);

        var report = (await service.Internal.Report(run.Id, Ct)).Value!;
        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.Contains("5 attempts", Assert.Single(report.Cases).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_with_errored_cases_asks_those_again_and_only_those()
    {
        var run = await service.Start("retry", ["a", "b"], Ct);
        var jobs = await service.Claim("runner", 8, Ct);
        var lost = EvalsService.Errored(jobs[1], "model-timeout");
        await service.Finish(Ct, EvalsService.Answered(jobs[0], right: true), lost with { Result = lost.Result with { Attempts = 3, RetriesUsd = 0.5m } });
        await service.Pass(Ct);

        var opened = await service.Client(Role.Engineer).Retry(run.Id, Ct);

        Assert.Equal((RunState.Running, 1, 2, null), (opened.Value!.State, opened.Value.Done, opened.Value.Total, opened.Value.Verdict));
        var again = Assert.Single(await service.Claim("runner", 8, Ct));
        await service.Finish(Ct, EvalsService.Answered(again, right: true));
        await service.Pass(Ct);
        var report = (await service.Internal.Report(run.Id, Ct)).Value!;
        Assert.Equal((Verdict.Pass, 2), (report.Verdict, report.Cases.Count));
        Assert.Equal((4, 0.5m), (report.Cases[1].Attempts, report.Cases[1].RetriesUsd)); // counted and paid for, whatever came of them
        Assert.Equal(0.5002m, report.Cost.TotalUsd);
        Assert.Equal("nothing-to-retry", (await service.Client(Role.Engineer).Retry(run.Id, Ct)).Refusal?.Code);
        Assert.Equal("scope-missing", (await service.Client(Role.Viewer).Retry(run.Id, Ct)).Refusal?.Code);
    }

    [Fact]
    public async Task What_an_earlier_run_found_out_is_not_paid_for_again()
    {
        await service.Start("reuse", ["a", "b"], Ct, bundle: "b_live");
        var jobs = await service.Claim("runner", 8, Ct);
        await service.Finish(Ct, EvalsService.Answered(jobs[0], right: true, output: "from the first run"), EvalsService.Errored(jobs[1], "rate_limit_exceeded"));
        await service.Pass(Ct);

        var run = await service.Start("reuse", ["a", "b"], Ct, bundle: "b_next", baseline: "b_live");

        var open = await service.Claim("runner", 8, Ct);
        Assert.Equal((1, 4), (run.Done, run.Total));
        Assert.Equal([("b_next", "a"), ("b_next", "b"), ("b_live", "b")], open.Select(job => (job.Bundle, EvalsService.CaseOf(job)))); // an error is no finding
        await service.Finish(Ct, [.. open.Select(job => EvalsService.Answered(job, right: true))]);
    }

    [Fact] // F56
    public async Task A_run_without_cases_fails_and_may_be_asked_again()
    {
        await service.Start("nothing", ["a"], Ct);
        await Drain();
        var store = service.Services.GetRequiredService<RunStore>();
        var question = await Question("nothing", "b_other");
        await store.Start(question, [], service.Clock.Now, Ct);
        await service.Pass(Ct);
        var failed = (await service.Internal.Run(question.Id, Ct)).Value!;

        var again = await service.Start("nothing", ["a"], Ct, bundle: "b_other");

        Assert.Equal((RunState.Failed, null), (failed.State, failed.Verdict));
        Assert.NotNull(failed.Error);
        Assert.Equal((question.Id, RunState.Queued, 1), (again.Id, again.State, again.Total));
        await Drain();
    }

    [Fact]
    public async Task A_change_that_edits_what_it_is_judged_by_is_marked()
    {
        var live = await service.Start("marked", ["a", "b"], Ct, bundle: "b_marked_live");
        await Drain();
        var same = await service.Start("marked", ["a", "b"], Ct, bundle: "b_marked_1", baseline: "b_marked_live");
        await Drain();
        service.Clock.Advance(TimeSpan.FromHours(1));
        await service.Start("marked", ["a"], Ct, bundle: "b_marked_live"); // measuring it again changes nothing
        await Drain();
        var edited = await service.Start("marked", ["a"], Ct, bundle: "b_marked_2", baseline: "b_marked_live", policy: EvalsService.Policy.Replace("0.6", "0.1", StringComparison.Ordinal));
        await Drain();

        var client = service.Client(Role.Viewer);
        Assert.Null((await client.Report(live.Id, Ct)).Value!.Marks);
        Assert.Null((await client.Report(same.Id, Ct)).Value!.Marks);
        Assert.Equal(["judges-itself: the dataset golden", "judges-itself: the policy"], (await client.Report(edited.Id, Ct)).Value!.Marks!.Select(mark => $"{mark.Code}: {mark.Detail[..mark.Detail.IndexOf(" is not", StringComparison.Ordinal)]}"));
    }

    [Fact]
    public async Task Changed_cases_are_shown_the_newly_failing_first()
    {
        var run = await service.Start("changes", ["better", "same", "worse"], Ct, bundle: "b_changed", baseline: "b_before");
        var jobs = await service.Claim("runner", 8, Ct);
        bool Right(EvalJob job) => (EvalsService.CaseOf(job), job.Bundle) is ("same", _) or ("better", "b_changed") or ("worse", "b_before");

        await service.Finish(Ct, [.. jobs.Select(job => EvalsService.Answered(job, Right(job)))]);

        var changes = (await service.Client(Role.Viewer).Changes(run.Id, Ct)).Value!;
        Assert.Equal(["worse", "better"], changes.Select(change => change.Id));
        Assert.Equal(("Is worse open?", true, false), (changes[0].Input, changes[0].Baseline!.Passed, changes[0].Candidate.Passed));
    }

    [Fact]
    public async Task An_answer_is_kept_exactly()
    {
        const string odd = "yes\0 \u202E \uD83D\uDE00 \"quoted\"";
        var run = await service.Start("exactly", ["a"], Ct);
        var job = Assert.Single(await service.Claim("runner", 8, Ct));

        await service.Finish(Ct, EvalsService.Answered(job, right: true, output: odd));
        await service.Pass(Ct);

        Assert.Equal(odd, (await service.Internal.Report(run.Id, Ct)).Value!.Cases.Single().Output);
    }

    [Fact]
    public async Task A_serving_suite_is_not_run_beside_other_runs()
    {
        await service.Start("serving", ["a"], Ct);
        await Drain();
        var question = await Question("serving", "b_new");

        var jobs = (question with { Suite = question.Suite with { Text = "kind: serving\n" + question.Suite.Text } }).Jobs();

        Assert.Equal("serving-suite", jobs.Refusal?.Code);
    }

    [Fact]
    public async Task Repeats_and_both_bundles_are_jobs_side_by_side()
    {
        await service.Start("plan", ["a", "b"], Ct);
        await Drain();
        var question = await Question("plan", "b_new");

        var jobs = (question with { Baseline = "b_live", Suite = question.Suite with { Text = question.Suite.Text + "\nrepeats: 2" } }).Jobs().Value!;

        Assert.Equal(["a1b_new", "a1b_live", "a2b_new", "a2b_live", "b1b_new", "b1b_live", "b2b_new", "b2b_live"], jobs.Select(job => $"{job.CaseId}{job.Repeat}{job.Bundle}"));
    }

    private async Task<RunQuestion> Question(string app, string bundle) => new(
        (await service.Services.GetRequiredService<SuiteStore>().Current(app, "guest", Ct)).Value!,
        (await service.Services.GetRequiredService<DatasetStore>().Current(app, "golden", Ct)).Value!, EvalsService.Policy, bundle, null, "engineer@local", []);

    private async Task Drain()
    {
        while (await service.Claim("drain", 100, Ct) is { Length: > 0 } jobs)
            await service.Finish(Ct, [.. jobs.Select(job => EvalsService.Answered(job, right: true))]);
        await service.Pass(Ct);
    }
}
