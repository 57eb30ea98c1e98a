namespace LlmOps.Tests.Prompts;

public sealed class LintPolicyTests(PromptsService service) : IClassFixture<PromptsService>
{
    private const string Policy = """
        alpha: 0.05
        lint:
        - { id: discount-limit, limit: { near: discount, max: 15, unit: "%" }, unless_same_sentence: "manager approval" }
        """;
    private const string Over = "You may give a discount of 25 %.";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;
    private PromptsClient Engineer => service.Client(Role.Engineer);

    [Fact]
    public async Task A_violation_is_stored_with_its_line_and_the_version_stays_readable()
    {
        await service.Releases().PutLintPolicy(new PutLintPolicy("linted", Policy), Ct);

        var pushed = await Engineer.Push("agent", PromptsService.Push("linted", "1.0.0", Over), Ct);

        var finding = Assert.Single((await service.Client(Role.Viewer).Version("linted", "agent", "1.0.0", Ct)).Value!.Findings);
        Assert.Equal(("agent", 5, "discount-limit", FindingLevel.Error), (finding.File, finding.Line, finding.Rule, finding.Level));
        Assert.Equal(finding, Assert.Single(pushed.Value!.Findings));
    }

    [Fact]
    public async Task A_new_policy_reads_the_versions_that_are_there()
    {
        var before = await Engineer.Push("agent", PromptsService.Push("later", "1.0.0", Over), Ct);

        await service.Releases().PutLintPolicy(new PutLintPolicy("later", Policy), Ct);
        var strict = await Engineer.Version("later", "agent", "1.0.0", Ct);
        await service.Releases().PutLintPolicy(new PutLintPolicy("later", Policy.Replace("15", "30", StringComparison.Ordinal)), Ct);
        var lax = await Engineer.Version("later", "agent", "1.0.0", Ct);

        Assert.Empty(before.Value!.Findings);
        Assert.Equal("discount-limit", Assert.Single(strict.Value!.Findings).Rule);
        Assert.Empty(lax.Value!.Findings);
        Assert.Equal(2, (await service.Audit(Ct)).Entries.Count(entry => entry is { Action: "put-lint-policy", Object: "app:later" }));
    }

    [Fact]
    public async Task A_policy_of_another_app_finds_nothing()
    {
        await service.Releases().PutLintPolicy(new PutLintPolicy("strict", Policy), Ct);

        var pushed = await Engineer.Push("agent", PromptsService.Push("free", "1.0.0", Over), Ct);

        Assert.Empty(pushed.Value!.Findings);
    }

    [Fact]
    public async Task A_broken_policy_is_refused_and_the_one_in_force_stays()
    {
        await service.Releases().PutLintPolicy(new PutLintPolicy("sturdy", Policy), Ct);

        var broken = await service.Releases().PutLintPolicy(new PutLintPolicy("sturdy", "lint:\n- { id: x, limt: 3 }\n"), Ct);

        Assert.Equal(RefusalKind.Invalid, broken.Refusal!.Kind);
        Assert.NotEmpty((await Engineer.Push("agent", PromptsService.Push("sturdy", "1.0.0", Over), Ct)).Value!.Findings);
    }

    [Theory]
    [InlineData(Role.Lead)]
    [InlineData(Role.Compliance)]
    [InlineData(Role.Admin)]
    public async Task Nobody_sets_a_policy_past_the_owner_of_policies(Role role)
    {
        var put = await service.Client(role).PutLintPolicy(new PutLintPolicy("linted", "lint: []"), Ct);

        Assert.Equal(RefusalKind.Forbidden, put.Refusal!.Kind);
    }
}
