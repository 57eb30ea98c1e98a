using LlmOps.Releases;

namespace LlmOps.Tests.Releases;

/// <summary>The table of moves that people make: every phase, every action.</summary>
public sealed class ReleaseTests
{
    internal static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    internal static readonly Release Draft = new(
        "rel_1", "hotel", "hotel", "production", "b_new", "b_old", null, "better answers", "engineer@local", Noon, 1, new Phase.Draft(Noon));

    public static TheoryData<Phase, string, string> Table()
    {
        var table = new TheoryData<Phase, string, string>();
        var expected = new (Phase Phase, string Reject, string Pause, string Resume, string Abort, string Rollback, string Supersede)[]
        {
            (new Phase.Draft(Noon), "rejected", "paused", "not-paused", "rolled-back", "rolled-back", "superseded"),
            (new Phase.Validating(Noon), "rejected", "paused", "not-paused", "rolled-back", "rolled-back", "superseded"),
            (new Phase.Evaluating(Noon), "rejected", "paused", "not-paused", "rolled-back", "rolled-back", "superseded"),
            (new Phase.AwaitingApproval(Noon), "rejected", "paused", "not-paused", "rolled-back", "rolled-back", "superseded"),
            (new Phase.Shadowing(Noon), "already-running", "paused", "not-paused", "rolled-back", "rolled-back", "release-running"),
            (new Phase.Canary(0, 1, Noon), "already-running", "paused", "not-paused", "rolled-back", "rolled-back", "release-running"),
            (new Phase.Live(3, Noon), "already-running", "already-live", "not-paused", "rolled-back", "rolled-back", "already-live"),
            (new Phase.Done(3, Noon), "already-ended", "already-ended", "not-paused", "already-done", "rolled-back", "already-ended"),
            (new Phase.Paused(new Phase.Evaluating(Noon), "lunch", Noon), "rejected", "already-paused", "evaluating", "rolled-back", "rolled-back", "superseded"),
            (new Phase.Paused(new Phase.Canary(1, 5, Noon), "lunch", Noon), "already-running", "already-paused", "canary", "rolled-back", "rolled-back", "release-running"),
            (new Phase.RolledBack("worse", Noon), "already-ended", "already-ended", "not-paused", "already-ended", "already-ended", "already-ended"),
            (new Phase.Rejected("worse", Noon), "already-ended", "already-ended", "not-paused", "already-ended", "already-ended", "already-ended"),
            (new Phase.Superseded("rel_2", Noon), "already-ended", "already-ended", "not-paused", "already-ended", "already-ended", "already-ended"),
        };
        foreach (var (phase, reject, pause, resume, abort, rollback, supersede) in expected)
        {
            table.Add(phase, nameof(Release.Reject), reject);
            table.Add(phase, nameof(Release.Pause), pause);
            table.Add(phase, nameof(Release.Resume), resume);
            table.Add(phase, nameof(Release.Abort), abort);
            table.Add(phase, nameof(Release.Rollback), rollback);
            table.Add(phase, nameof(Release.Supersede), supersede);
        }
        return table;
    }

    [Theory]
    [MemberData(nameof(Table), DisableDiscoveryEnumeration = true)]
    public void Every_action_in_every_phase_moves_or_says_why_not(Phase phase, string action, string expected)
    {
        var release = Draft.To(phase);

        var moved = action switch
        {
            nameof(Release.Reject) => release.Reject("no", Noon),
            nameof(Release.Pause) => release.Pause("lunch", Noon),
            nameof(Release.Resume) => release.Resume(Noon),
            nameof(Release.Abort) => release.Abort("stop", Noon),
            nameof(Release.Rollback) => release.Rollback(live: "b_new", "stop", Noon),
            _ => release.Supersede("rel_2", Noon),
        };

        Assert.Equal(expected, moved.Refusal?.Code ?? moved.Value!.Phase.Word);
    }

    [Fact]
    public void Paused_time_does_not_count_as_soaked()
    {
        var paused = Draft.To(new Phase.Canary(0, 5, Noon)).Pause("lunch", Noon.AddMinutes(10)).Value!;

        var resumed = paused.Resume(Noon.AddMinutes(70)).Value!;

        Assert.Equal(new Phase.Canary(0, 5, Noon.AddMinutes(60)), resumed.Phase);
    }

    [Fact]
    public void A_done_release_is_rolled_back_only_while_it_is_what_is_live() =>
        Assert.Equal("not-live", Draft.To(new Phase.Done(3, Noon)).Rollback(live: "b_newer", "stop", Noon).Refusal?.Code);

    [Fact]
    public void The_first_release_has_nothing_to_go_back_to() =>
        Assert.Equal("nothing-before", (Draft with { Previous = null, Phase = new Phase.Live(0, Noon) }).Rollback("b_new", "stop", Noon).Refusal?.Code);

    [Fact]
    public void Going_live_and_back_moves_one_pointer()
    {
        var route = new Route("hotel", "hotel", "production", "b_old", "b_older", Killed: false);

        var live = route.After(new Phase.Canary(2, 25, Noon), Draft.To(new Phase.Live(3, Noon)));
        var back = live.After(new Phase.Done(3, Noon), Draft.To(new Phase.RolledBack("worse", Noon)));

        Assert.Equal(("b_new", "b_old"), (live.Stable, live.Previous));
        Assert.Equal(("b_old", "b_new"), (back.Stable, back.Previous));
    }

    [Fact]
    public void A_canary_that_is_taken_back_leaves_the_pointer_where_it_was()
    {
        var route = new Route("hotel", "hotel", "production", "b_old", "b_older", Killed: false);

        Assert.Equal(route, route.After(new Phase.Canary(2, 25, Noon), Draft.To(new Phase.RolledBack("worse", Noon))));
    }

    [Fact]
    public void A_phase_survives_storage_whatever_the_order_of_its_keys()
    {
        Phase paused = new Phase.Paused(new Phase.Canary(1, 5, Noon), "lunch", Noon.AddMinutes(1));

        Assert.Equal(paused, Json.Read<Phase>(Json.Write(paused)));
        Assert.Equal(new Phase.Draft(Noon), Json.Read<Phase>("""{"since":"2026-01-01T12:00:00+00:00","kind":"draft"}"""));
    }
}
