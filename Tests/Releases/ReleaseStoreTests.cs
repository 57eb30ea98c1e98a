using LlmOps.Releases;
using Npgsql;

namespace LlmOps.Tests.Releases;

/// <summary>Releases on a real Postgres, with as many controllers as there like to be.</summary>
public sealed class ReleaseStoreTests(ReleasesService service) : IClassFixture<ReleasesService>
{
    private static readonly DateTimeOffset Noon = ReleaseTests.Noon;

    [Fact]
    public async Task Two_controllers_advance_one_release_and_each_step_is_taken_once()
    {
        await service.App("race");
        var opened = await service.Release("race", "1.0.0");
        ReleaseStore[] controllers = [new(service.Database.Source), new(service.Database.Source)];
        var won = 0;

        for (var round = 1; round <= 200; round++)
        {
            var seen = (await controllers[0].Find(opened.Id, default)).Value!;
            var results = await Task.WhenAll(controllers.Select(controller => controller.Change(opened.Id, (release, _) =>
                release.Revision == seen.Revision
                    ? new Decision(release.To(new Phase.Canary(round, 1, Noon)), $"round {round}")
                    : Refusal.Conflict("moved-meanwhile", "too late"), caller: null, Noon, default)));
            won += results.Count(result => !result.Refused);
            Assert.Equal("moved-meanwhile", Assert.Single(results, result => result.Refused).Refusal!.Code);
        }

        var history = await controllers[0].History(opened.Id, default);
        Assert.Equal(200, won);
        Assert.Equal(Enumerable.Range(1, 201).Select(i => (long)i), history.Select(step => step.Revision));
        Assert.Equal(Enumerable.Range(1, 200), history.Skip(1).Select(step => step.Step));
    }

    [Fact]
    public async Task A_newer_release_supersedes_one_that_has_not_touched_traffic()
    {
        await service.App("newer");
        var older = await service.Release("newer", "1.0.0");

        var newer = await service.Release("newer", "1.1.0");

        Assert.Equal("superseded", (await service.Find(older.Id)).Phase);
        Assert.Equal("draft", newer.Phase);
    }

    [Fact]
    public async Task Only_one_of_many_concurrent_openings_is_on_its_way()
    {
        await service.App("rush");
        var bundles = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => service.Bundle("rush", $"1.{i}.0")));
        var releases = new ReleasesClient(service.As(Role.Engineer));

        var opened = await Task.WhenAll(bundles.Select(bundle => releases.Open(new(bundle.Id, "rush"), default)));

        Assert.All(opened, release => Assert.Null(release.Refusal));
        Assert.Single((await releases.Releases("rush", default)).Value!, release => release.Phase == "draft");
    }

    [Fact]
    public async Task A_move_raises_the_revision_of_the_snapshot_and_joins_the_audit()
    {
        await service.App("audited");
        var release = await service.Release("audited", "1.0.0");
        var before = await Revision();

        await service.Step();

        var page = await new AuditLog("releases").Read(service.Database.Source, 0, 10_000, default);
        Assert.True(await Revision() > before);
        Assert.Contains(page.Entries, entry => entry.Object == $"release:{release.Id}" && entry.Action == "release-validating" && entry.Actor == "service:releases" && entry.Role == Role.Service);
        Assert.True(AuditChain.Verify("releases", page.Entries, page.HeadSeq).Intact);
    }

    [Fact]
    public async Task A_refused_move_leaves_no_trace()
    {
        await service.App("still");
        var release = await service.Release("still", "1.0.0");
        var store = new ReleaseStore(service.Database.Source);
        var revision = await Revision();

        var refused = await store.Change(release.Id, (current, _) => current.Resume(Noon) is { Refused: true } no ? no.Refusal : throw new InvalidOperationException(), null, Noon, default);

        Assert.Equal("not-paused", refused.Refusal?.Code);
        Assert.Single(await store.History(release.Id, default));
        Assert.Equal(revision, await Revision());
    }

    [Fact]
    public async Task A_release_that_moved_while_facts_were_gathered_is_not_moved_on_old_facts()
    {
        await service.App("fenced");
        var release = await service.Release("fenced", "1.0.0");
        var engineer = new ReleasesClient(service.As(Role.Engineer));
        var held = new TaskCompletionSource();
        await service.Until(release.Id, "validating");
        service.Holding = _ => held.Task;

        var slow = service.Step(); // asks Prompts, and waits for it
        var aborted = await engineer.Act(release.Id, "abort", new("changed our minds"), default);
        held.SetResult();
        await slow;
        service.Holding = _ => Task.CompletedTask;

        Assert.Equal("rolled-back", aborted.Value?.Phase);
        Assert.Equal(aborted.Value?.Revision, (await service.Find(release.Id)).Revision);
    }

    [Fact]
    public async Task A_bundle_cannot_be_changed_behind_its_id()
    {
        await service.App("stone");
        var bundle = await service.Bundle("stone", "1.0.0");
        await using var command = service.Database.Source.CreateCommand($"update bundles set prompt_text = 'other' where id = '{bundle.Id}'");

        await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
    }

    private Task<long> Revision() => new RouteStore(service.Database.Source, new PolicyStore(service.Database.Source)).Revision(default);
}
