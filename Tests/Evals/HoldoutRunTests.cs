using System.Net.Http.Json;

namespace LlmOps.Tests.Evals;

/// <summary>A sealed dataset over HTTP; the clock moves, so every test has an app of its own.</summary>
public sealed class HoldoutRunTests(EvalsService service) : IClassFixture<EvalsService>
{
    private const string Sealing = EvalsService.Policy + "\nholdout: { dataset: golden, queries: 2, period: 30d }\n";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_question_beyond_the_budget_is_refused_and_logged_until_the_period_is_over()
    {
        await Ask("budget", "b_1");
        await Ask("budget", "b_2");
        await Ask("budget", "b_2"); // the same question again
        var refused = await Ask("budget", "b_3");
        await Ask("budget", "b_3"); // asked again and again, as a waiting release does
        var log = await Entries("dataset:budget/golden");

        service.Clock.Advance(TimeSpan.FromDays(30));
        var later = await Ask("budget", "b_3");

        Assert.Equal((RefusalKind.Exhausted, "holdout-spent"), (refused.Refusal?.Kind, refused.Refusal?.Code));
        Assert.Contains("UTC", refused.Refusal!.Detail, StringComparison.Ordinal);
        Assert.Equal(["query-holdout", "query-holdout", "refuse-holdout"], log.Select(entry => entry.Action).Where(action => action.EndsWith("holdout", StringComparison.Ordinal)));
        Assert.Contains("b_3", log[^1].Reason, StringComparison.Ordinal);
        Assert.False(later.Refused);
        await Drain();
    }

    [Fact]
    public async Task Two_questions_at_once_for_the_last_place_get_one_answer()
    {
        await Ask("race", "b_0");

        var both = await Task.WhenAll(Ask("race", "b_1"), Ask("race", "b_2"));

        Assert.Single(both, answer => answer.Refusal?.Code == "holdout-spent");
        await Drain();
    }

    [Fact]
    public async Task What_the_policy_in_force_seals_stays_sealed_under_the_policy_that_a_bundle_pins()
    {
        var answers = new List<Result<RunView>>();
        foreach (var bundle in new[] { "b_1", "b_2", "b_3" })
            answers.Add(await Ask("pinned", bundle, pinned: EvalsService.Policy));

        Assert.Equal([null, null, "holdout-spent"], answers.Select(answer => answer.Refusal?.Code));
        await Drain();
    }

    [Fact]
    public async Task The_report_tells_gates_and_segments_and_no_case()
    {
        var run = (await Ask("quiet", "b_new", baseline: "b_old")).Value!;
        var jobs = await service.Claim("runner", 8, Ct);
        await service.Finish(Ct, [.. jobs.Select(job => EvalsService.Answered(job, right: job.Bundle == "b_old", output: "the secret answer"))]);
        await service.Pass(Ct);

        var text = await service.As(Role.Lead).GetStringAsync($"runs/{run.Id}/report", Ct);
        var report = (await service.Client(Role.Lead).Report(run.Id, Ct)).Value!;
        var changes = await service.Client(Role.Lead).Changes(run.Id, Ct);

        Assert.Equal((Verdict.Fail, 2, 2), (report.Verdict, report.Dataset.Cases, report.Segments[0].Cases));
        Assert.NotEmpty(report.Gates);
        Assert.Empty(report.Cases);
        Assert.DoesNotContain("the secret answer", text, StringComparison.Ordinal);
        Assert.DoesNotContain("open?", text, StringComparison.Ordinal);
        Assert.Equal("holdout-sealed", changes.Refusal?.Code);
        Assert.True((await service.Client(Role.Viewer).Run(run.Id, Ct)).Value!.Sealed);
    }

    [Fact]
    public async Task A_run_on_another_dataset_is_neither_counted_nor_sealed()
    {
        var run = await service.Start("open", ["a"], Ct, policy: EvalsService.Policy + "\nholdout: { dataset: other, queries: 1, period: 30d }\n");
        await service.Start("open", ["a"], Ct, bundle: "b_second", policy: EvalsService.Policy + "\nholdout: { dataset: other, queries: 1, period: 30d }\n");
        await Drain();

        Assert.False(run.Sealed);
        Assert.Single((await service.Client(Role.Viewer).Report(run.Id, Ct)).Value!.Cases);
    }

    [Fact]
    public async Task Who_proposes_a_change_cannot_choose_the_questions_of_the_holdout()
    {
        await Ask("fixed", "b_1");
        await Drain();
        var easy = new PutDataset("fixed", EvalsService.Rows("easy"), null);

        Assert.Equal("holdout-sealed", (await service.Client(Role.Engineer).PutDataset("golden", easy, Ct)).Refusal?.Code);
        Assert.False((await service.Client(Role.Engineer).PutDataset("golden", new("fixed", EvalsService.Rows("a", "b"), null), Ct)).Refused); // the rows that are there
        Assert.False((await service.Client(Role.Lead).PutDataset("golden", easy, Ct)).Refused);
    }

    private async Task<Result<RunView>> Ask(string app, string bundle, string? baseline = null, string pinned = Sealing)
    {
        await service.Client(Role.Engineer).PutDataset("golden", new(app, EvalsService.Rows("a", "b"), null), Ct);
        await service.Client(Role.Engineer).PutSuite("guest", new(app, EvalsService.Suite), Ct);
        return await service.Internal.Start(new(app, "guest", $"{bundle}_{app}", baseline, pinned, "engineer@local", SealedBy: Sealing), Ct);
    }

    private async Task Drain()
    {
        while (await service.Claim("drain", 100, Ct) is { Length: > 0 } jobs)
            await service.Finish(Ct, [.. jobs.Select(job => EvalsService.Answered(job, right: true))]);
        await service.Pass(Ct);
    }

    private async Task<List<AuditEntry>> Entries(string subject)
    {
        var page = await service.As(Role.Auditor).GetFromJsonAsync<AuditPage>("audit", Json.Options, Ct);
        return [.. page!.Entries.Where(entry => entry.Object == subject)];
    }
}
