using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Tests.Releases;

/// <summary>Apps, policies, bundles and keys over the wire.</summary>
public sealed class BundleEndpointTests(ReleasesService service) : IClassFixture<ReleasesService>
{
    private ReleasesClient Engineer => new(service.As(Role.Engineer));

    [Fact]
    public async Task The_same_parts_are_the_same_bundle()
    {
        await service.App("same");

        var first = await service.Bundle("same", "1.0.0");
        var again = await service.Bundle("same", "1.0.0", author: Role.Lead);
        var other = await service.Bundle("same", "1.1.0");

        Assert.Equal(first, again with { Manifest = first.Manifest });
        Assert.Equal(first.Manifest.Id(), first.Id);
        Assert.NotEqual(first.Id, other.Id);
        Assert.Equal("extractive/1/v1.0.0", first.Label);
    }

    [Fact]
    public async Task A_resolved_bundle_carries_the_prompt_that_its_manifest_pins()
    {
        await service.App("resolved");
        var bundle = await service.Bundle("resolved", "1.0.0");

        var resolved = (await new ReleasesClient(service.AsService("gateway")).Resolved(bundle.Id, default)).Value!;

        Assert.Equal(resolved.Manifest.Prompt.Sha256, ContentHash.OfText(resolved.PromptText));
        Assert.Equal(bundle.Id, resolved.Manifest.Id());
    }

    [Fact]
    public async Task A_model_without_a_price_is_refused_and_the_known_ones_are_named()
    {
        await service.App("dear");

        var refused = await Engineer.CreateBundle(new("dear", "agent", "9.0.0", null, null), default);

        Assert.Equal("model-unknown", refused.Refusal?.Code);
        Assert.Contains("embedded/extractive", refused.Refusal!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere", null, null, "app-not-found")]
    [InlineData("parts", "unknown", null, "policy-not-found")]
    [InlineData("parts", null, "ix_1", "no-retrieval")]
    public async Task A_part_that_is_not_there_is_named(string app, string? policy, string? index, string code)
    {
        await service.App("parts");

        Assert.Equal(code, (await Engineer.CreateBundle(new(app, "agent", "1.0.0", index, policy), default)).Refusal?.Code);
    }

    [Fact]
    public async Task An_evaluation_is_asked_with_the_pinned_policy_and_the_caller()
    {
        await service.App("asked");
        var bundle = await service.Bundle("asked", "1.0.0");

        await Engineer.Evaluate(bundle.Id, null, default);

        var run = service.Started.Single(started => started.App == "asked");
        Assert.Equal((bundle.Id, null, "golden", ReleasesService.Policy, "engineer@local"), (run.Bundle, run.Baseline, run.Suite, run.PolicyText, run.RequestedBy));
    }

    [Fact]
    public async Task Another_suite_may_be_asked_and_what_the_apps_own_policy_seals_is_handed_over_beside_the_pinned_one()
    {
        await service.App("sealed");
        var loose = ReleasesService.Policy + "\nholdout: { dataset: holdout, queries: 1000 }\n";
        await Engineer.PutPolicy("loose", new("sealed", loose), default);
        var bundle = (await Engineer.CreateBundle(new("sealed", "agent", "1.0.0", null, "loose"), default)).Value!;

        await Engineer.Evaluate(bundle.Id, "holdout", default);

        var run = service.Started.Single(started => started.App == "sealed");
        Assert.Equal(("holdout", loose, ReleasesService.Policy), (run.Suite, run.PolicyText, run.SealedBy));
    }

    [Fact]
    public async Task An_engineer_puts_a_policy_once_and_only_a_lead_or_compliance_changes_it()
    {
        await service.App("strict");
        var looser = new PutPolicy("strict", ReleasesService.Policy.Replace("required: 1", "required: 0", StringComparison.Ordinal));

        var again = await Engineer.PutPolicy("release", new("strict", ReleasesService.Policy), default);
        var refused = await Engineer.PutPolicy("release", looser, default);
        var changed = await new ReleasesClient(service.As(Role.Compliance)).PutPolicy("release", looser, default);

        Assert.Null(again.Refusal);
        Assert.Equal("policy-change-needs-review", refused.Refusal?.Code);
        Assert.Equal(ContentHash.OfText(looser.Text), changed.Value?.Sha256);
        Assert.Equal(looser.Text, service.LintPolicies["strict"]);
    }

    [Fact]
    public async Task An_engineer_cannot_put_another_policy_in_force_and_a_bundle_under_it_still_needs_a_second_person()
    {
        await service.App("detour");
        var lax = ReleasesService.Policy.Replace("required: 1", "required: 0", StringComparison.Ordinal);
        await Engineer.PutPolicy("lax", new("detour", lax), default);

        var refused = await Engineer.PutApp("detour", new("detour", "golden", "lax"), default);
        var bundle = (await Engineer.CreateBundle(new("detour", "agent", "1.0.0", null, "lax"), default)).Value!;
        var release = (await Engineer.Open(new(bundle.Id, "sneaky"), default)).Value!;
        await service.Step(5);

        Assert.Equal("policy-change-needs-review", refused.Refusal?.Code);
        Assert.Equal("awaiting-approval", (await service.Find(release.Id)).Phase);
        Assert.Equal(ReleasesService.Policy, service.LintPolicies["detour"]); // the lint follows the policy in force
    }

    [Fact]
    public async Task A_policy_whose_lint_rules_are_broken_is_not_kept()
    {
        var refused = await Engineer.PutPolicy("release", new("lintless", $"{ReleasesService.Policy}\nlint:\n- {{ id: nothing }}\n"), default);
        var mended = await Engineer.PutPolicy("release", new("lintless", ReleasesService.Policy), default);

        Assert.Equal("bad-rule", refused.Refusal?.Code);
        Assert.False(mended.Refused); // a first version still: no lead is needed
    }

    [Fact]
    public async Task A_broken_policy_is_refused_with_its_line()
    {
        var refused = await Engineer.PutPolicy("release", new("typo", "release:\n  ladder: [50, 10]\n"), default);

        Assert.Equal("bad-ladder", refused.Refusal?.Code);
        Assert.Contains(":2", refused.Refusal!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lint_policy_that_was_not_handed_over_is_said_so_and_healed_by_the_same_call()
    {
        await service.App("healed");
        service.LintPolicies.Clear();

        service.PromptsAway = true;
        var away = await Engineer.PutPolicy("release", new("healed", ReleasesService.Policy), default);
        service.PromptsAway = false;
        var healed = await Engineer.PutPolicy("release", new("healed", ReleasesService.Policy), default);

        Assert.Equal(("lint-not-handed-over", RefusalKind.Upstream), (away.Refusal?.Code, away.Refusal?.Kind));
        Assert.Null(healed.Refusal);
        Assert.Equal(ReleasesService.Policy, service.LintPolicies["healed"]);
    }

    [Fact]
    public async Task A_new_key_works_until_it_is_revoked_and_its_secret_is_nowhere()
    {
        var admin = new ReleasesClient(service.As(Role.Admin));

        var created = (await admin.CreateKey(new(Role.Viewer, "ann@example.org", "hotel"), default)).Value!;
        var known = await Access();
        await admin.RevokeKey(created.Key.Id, default);
        var later = await Access();

        Assert.Equal("ann@example.org", known.Find(created.Secret)?.Person);
        Assert.Null(later.Find(created.Secret));
        Assert.DoesNotContain(created.Secret.Split('_')[3], await service.As(Role.Admin).GetStringAsync("keys"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_local_keys_are_seeded_one_per_role()
    {
        var access = await Access();

        Assert.All(Enum.GetValues<Role>().Where(role => role != Role.Service), role =>
            Assert.Equal(LocalPerson.Of(role), access.Find(ApiKey.Local(role, service.Secret).Reveal())?.Person));
    }

    [Fact]
    public async Task A_key_of_one_app_sees_nothing_of_another()
    {
        await service.App("mine");
        await service.App("theirs");
        var (mine, theirs) = (await service.Bundle("mine", "1.0.0"), await service.Release("theirs", "1.0.0"));
        var key = ApiKey.Create("live");
        var own = new KeyRecord(key.Id, service.Secret.Mac(key.Secret), Role.Lead, "ann@example.org", "mine", null, false);
        var others = (await Snapshot()).Keys;
        service.Services.GetRequiredService<AccessCache>().Take(service.Secret.Sign(Json.Write(new AccessSnapshot(1_000_001, [own, .. others]))));
        var ann = service.CreateClient();
        ann.DefaultRequestHeaders.Authorization = new("Bearer", key.Reveal());
        var releases = new ReleasesClient(ann);

        Assert.Equal([mine.Id], (await releases.Bundles(null, default)).Value!.Select(bundle => bundle.Id));
        Assert.Empty((await releases.Releases(null, default)).Value!);
        Assert.Equal("release-not-found", (await releases.Release(theirs.Id, default)).Refusal?.Code);
        Assert.Equal("bundle-not-found", (await releases.Bundle(theirs.Bundle, default)).Refusal?.Code);
        Assert.Equal("bundle-not-found", (await releases.Open(new(theirs.Bundle, "not mine"), default)).Refusal?.Code);
        var refused = (await releases.Act(theirs.Id, "abort", new("not mine"), default)).Refusal!;
        Assert.Equal("release-not-found", refused.Code);
        Assert.DoesNotContain("theirs", refused.Detail, StringComparison.Ordinal);
        Assert.Equal("app-not-found", (await releases.PutPolicy("release", new("theirs", ReleasesService.Policy), default)).Refusal?.Code);
        Assert.Equal(["mine"], (await releases.Apps(default)).Value!.Select(app => app.Name));
    }

    [Theory]
    [InlineData("route-a", "Upper", "bad-name")]
    [InlineData("route-a", "hotel@staging", "bad-name")]
    [InlineData("route-a", "taken", "route-is-fixed")]
    [InlineData("route-b", "route-a", "route-taken")]
    public async Task A_route_belongs_to_one_app_for_good(string app, string route, string code)
    {
        await service.App("route-a");

        Assert.Equal(code, (await Engineer.PutApp(app, new(route, "golden", "release"), default)).Refusal?.Code);
    }

    [Theory]
    [InlineData(Role.Service, "ann@example.org", "role-is-internal")]
    [InlineData(Role.Viewer, "service:gateway", "person-is-internal")]
    public async Task Nobody_makes_a_key_of_our_own_processes(Role role, string person, string code) =>
        Assert.Equal(code, (await new ReleasesClient(service.As(Role.Admin)).CreateKey(new(role, person), default)).Refusal?.Code);

    [Fact]
    public async Task A_request_without_its_fields_is_refused_field_by_field()
    {
        var answer = await service.As(Role.Engineer).PostAsJsonAsync("releases", new { bundle = "b_1", reason = "" });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("Reason", await answer.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A cache as another process keeps it.</summary>
    private async Task<AccessCache> Access()
    {
        var cache = new AccessCache(service.Secret, service.Clock);
        Assert.True(cache.Take((await new ReleasesClient(service.AsService("gateway")).Access(default)).Value!));
        return cache;
    }

    private async Task<AccessSnapshot> Snapshot() =>
        Json.Read<AccessSnapshot>((await new ReleasesClient(service.AsService("gateway")).Access(default)).Value!.Payload);
}
