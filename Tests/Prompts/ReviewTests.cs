namespace LlmOps.Tests.Prompts;

public sealed class ReviewTests(PromptsService service) : IClassFixture<PromptsService>
{
    private static readonly string Bundle = PromptsService.Bundle("one");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;
    private PromptsClient Engineer => service.Client(Role.Engineer);
    private PromptsClient Lead => service.Client(Role.Lead);

    [Fact]
    public async Task A_second_person_approves_and_it_is_audited()
    {
        var proposal = await Open("approved");

        var approved = await Lead.Review(proposal.Id, new(ReviewDecision.Approve, Bundle, "Good."), Ct);

        Assert.Equal(ProposalState.Approved, approved.Value!.State);
        Assert.Equivalent(new ReviewView("lead@local", Role.Lead, ReviewDecision.Approve, Bundle, "Good.", service.Clock.Now), Assert.Single(approved.Value.Reviews));
        Assert.Contains((await service.Audit(Ct)).Entries, entry => entry is { Action: "approve", Actor: "lead@local" } && entry.Object == $"proposal:{proposal.Id}" && entry.After == Bundle);
    }

    [Fact]
    public async Task The_author_is_refused_with_every_key_and_each_attempt_is_on_record()
    {
        var proposal = await Open("own");

        var attempts = new[]
        {
            await Engineer.Review(proposal.Id, new(ReviewDecision.Approve, Bundle, null), Ct),
            await service.SecondKeyOfTheEngineer().Review(proposal.Id, new(ReviewDecision.Approve, Bundle, null), Ct),
        };

        Assert.All(attempts, attempt => Assert.Equal((RefusalKind.Forbidden, "author-cannot-approve"), (attempt.Refusal!.Kind, attempt.Refusal.Code)));
        Assert.Equal(2, (await service.Audit(Ct)).Entries.Count(entry => entry is { Action: "review-refused", Reason: "author-cannot-approve" } && entry.Object == $"proposal:{proposal.Id}"));
        Assert.Equal(ProposalState.Open, (await Engineer.Proposal(proposal.Id, Ct)).Value!.State);
    }

    [Fact]
    public async Task Whoever_wrote_the_version_cannot_approve_what_another_proposed()
    {
        await Lead.Push("borrowed", PromptsService.Push("reviews", "1.0.0"), Ct);
        var proposal = await Engineer.Open(Opening("borrowed"), Ct);

        var approved = await Lead.Review(proposal.Value!.Id, new(ReviewDecision.Approve, Bundle, null), Ct);

        Assert.Equal("author-cannot-approve", approved.Refusal!.Code);
    }

    [Fact]
    public async Task A_violation_stops_the_approval_but_not_the_proposal()
    {
        await service.Releases().PutLintPolicy(new PutLintPolicy("reviews-linted", """
            lint:
            - { id: discount-limit, limit: { near: discount, max: 15, unit: "%" } }
            """), Ct);
        await Engineer.Push("agent", PromptsService.Push("reviews-linted", "1.2.0", "Give a discount of 25 %."), Ct);
        var proposal = await Engineer.Open(Opening("agent") with { App = "reviews-linted", Version = "1.2.0" }, Ct);

        var approved = await Lead.Review(proposal.Value!.Id, new(ReviewDecision.Approve, Bundle, null), Ct);

        Assert.Equal("discount-limit", Assert.Single(proposal.Value.Findings).Rule);
        Assert.Equal("policy-violation", approved.Refusal!.Code);
        Assert.Contains("line 5", approved.Refusal.Detail);
    }

    [Fact]
    public async Task Another_bundle_of_the_same_version_ends_the_proposal_before_it()
    {
        var first = await Open("twice");
        var other = PromptsService.Bundle("two");

        var second = await Engineer.Open(Opening("twice") with { Bundle = other }, Ct);

        var late = await Lead.Review(first.Id, new(ReviewDecision.Approve, Bundle, null), Ct);
        var wrong = await Lead.Review(second.Value!.Id, new(ReviewDecision.Approve, Bundle, null), Ct);
        Assert.Equal(("proposal-expired", "bundle-changed"), (late.Refusal!.Code, wrong.Refusal!.Code));
        Assert.Equal(ProposalState.Expired, (await Lead.Proposal(first.Id, Ct)).Value!.State);
    }

    [Fact]
    public async Task The_same_proposal_again_is_the_one_that_is_open()
    {
        var first = await Open("same");

        var again = await Lead.Open(Opening("same"), Ct);

        Assert.Equal((first.Id, "engineer@local"), (again.Value!.Id, again.Value.Author));
    }

    [Fact]
    public async Task A_proposal_compares_with_what_is_live_and_is_counted_while_it_waits()
    {
        await Engineer.Push("based", PromptsService.Push("reviews", "1.0.0"), Ct);
        await service.Releases().MoveLabel("based", "production", new MoveLabel("reviews", "1.0.0", "rel_1"), Ct);
        await Engineer.Push("based", PromptsService.Push("reviews", "1.0.1", "Be kind."), Ct);

        var proposal = await Engineer.Open(Opening("based") with { Version = "1.0.1" }, Ct);
        var waiting = await Prompt("based");
        await Lead.Review(proposal.Value!.Id, new(ReviewDecision.Approve, Bundle, null), Ct);
        var approved = await Prompt("based");

        Assert.Equal("1.0.0", proposal.Value.BaseVersion);
        Assert.Equal((1, 0), (waiting.OpenProposals, approved.OpenProposals));
    }

    [Theory]
    [InlineData("9.9.9", "version-not-found")]
    [InlineData("1.0.0", "bundle-unreadable")]
    public async Task What_is_proposed_must_be_there(string version, string code)
    {
        await Engineer.Push("there", PromptsService.Push("reviews", "1.0.0"), Ct);

        var proposal = await Engineer.Open(Opening("there") with { Version = version, Bundle = code == "bundle-unreadable" ? "b_x" : Bundle }, Ct);

        Assert.Equal(code, proposal.Refusal!.Code);
    }

    [Fact]
    public async Task The_feed_offers_every_approval_once_in_the_order_of_its_commit()
    {
        var start = (await service.Releases().Approvals(0, Ct)).Value!.Select(approval => approval.Position).DefaultIfEmpty().Max();
        var proposals = new List<ProposalView>();
        foreach (var i in Enumerable.Range(0, 5))
            proposals.Add(await Open($"feed-{i}"));
        await Lead.Review(proposals[0].Id, new(ReviewDecision.Comment, Bundle, "Hm."), Ct);

        await Task.WhenAll(proposals.SelectMany(proposal => new[] { Lead, service.Client(Role.Product) }.Select(client => client.Review(proposal.Id, new(ReviewDecision.Approve, Bundle, null), Ct))));
        var feed = (await service.Releases().Approvals(start, Ct)).Value!;

        Assert.Equal(Enumerable.Range(1, 10).Select(i => start + i), feed.Select(approval => approval.Position));
        Assert.Equal(10, feed.Select(approval => (approval.Proposal, approval.Person)).Distinct().Count());
        Assert.All(feed, approval => Assert.Equal(("reviews", Bundle, "engineer@local", "1.0.0"), (approval.App, approval.Bundle, approval.Author, approval.Version)));
        Assert.Equal(feed.Skip(4), (await service.Releases().Approvals(start + 4, Ct)).Value!);
    }

    [Fact]
    public async Task Only_our_own_processes_read_the_feed()
    {
        Assert.Equal(RefusalKind.Forbidden, (await Lead.Approvals(0, Ct)).Refusal!.Kind);
    }

    [Fact]
    public async Task A_key_of_another_app_finds_no_proposal()
    {
        var proposal = await Open("covered");
        var narrow = service.LeadOfOneApp();

        Assert.Equal("proposal-not-found", (await narrow.Proposal(proposal.Id, Ct)).Refusal!.Code);
        Assert.Equal("proposal-not-found", (await narrow.Review(proposal.Id, new(ReviewDecision.Approve, Bundle, null), Ct)).Refusal!.Code);
        Assert.DoesNotContain((await narrow.Proposals(null, Ct)).Value!, other => other.App == "reviews");
    }

    [Fact]
    public async Task The_audit_chain_of_all_this_holds()
    {
        await Lead.Review((await Open("chained")).Id, new(ReviewDecision.Approve, Bundle, null), Ct);

        var page = await service.Audit(Ct);

        Assert.True(AuditChain.Verify("prompts", page.Entries, page.HeadSeq).Intact);
    }

    private async Task<ProposalView> Open(string name)
    {
        await Engineer.Push(name, PromptsService.Push("reviews", "1.0.0"), Ct);
        return (await Engineer.Open(Opening(name), Ct)).Value!;
    }

    private async Task<PromptView> Prompt(string name) => (await Engineer.List("reviews", Ct)).Value!.Single(prompt => prompt.Name == name);

    private static OpenProposal Opening(string name) => new("reviews", name, "1.0.0", Bundle, "A better prompt", "It is kinder.", "run_1");
}
