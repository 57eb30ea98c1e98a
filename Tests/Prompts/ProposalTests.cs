using LlmOps.Prompts;

namespace LlmOps.Tests.Prompts;

public sealed class ProposalTests
{
    private const string Bundle = "b_1";
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Finding Violation = new("agent", 7, "discount-limit", FindingLevel.Error, "25 % is too much.");
    private static readonly Proposal Fresh = new(
        Guid.Empty, "app", "agent", "1.1.0", "1.0.0", Bundle, "Title", null, null, "ann@x", "bob@x", Noon, Noon + Proposal.Lifetime, [], []);

    [Theory]
    [InlineData("ann@x", Role.Lead, "author-cannot-approve")] // proposed it
    [InlineData("bob@x", Role.Lead, "author-cannot-approve")] // wrote it
    [InlineData("BOB@X", Role.Lead, "author-cannot-approve")]
    [InlineData("bob@x", Role.Engineer, "author-cannot-approve")]
    [InlineData("eve@x", Role.Engineer, "approver-needed")]
    [InlineData("eve@x", Role.Admin, "approver-needed")]
    [InlineData("eve@x", Role.Compliance, "approver-needed")]
    [InlineData("eve@x", Role.Viewer, "approver-needed")]
    [InlineData("service:web", Role.Service, "approver-needed")]
    [InlineData("eve@x", Role.Lead, null)]
    [InlineData("eve@x", Role.Product, null)]
    public void Who_may_approve(string person, Role role, string? code) => Assert.Equal(code, Approve(Fresh, person, role, Noon).Refusal?.Code);

    [Theory]
    [InlineData(Role.Compliance, null)]
    [InlineData(Role.Engineer, null)]
    [InlineData(Role.Product, null)]
    [InlineData(Role.Viewer, "reviewer-needed")]
    [InlineData(Role.Auditor, "reviewer-needed")]
    public void Who_may_hold_a_change_up(Role role, string? code) => Assert.Equal(code, Fresh.Take(new(ReviewDecision.RequestChanges, Bundle, "No."), By("eve@x", role), Noon).Refusal?.Code);

    [Fact]
    public void Whoever_may_read_may_comment() => Assert.False(Fresh.Take(new(ReviewDecision.Comment, Bundle, "Why?"), By("eve@x", Role.Viewer), Noon).Refused);

    [Fact]
    public void An_approval_of_another_bundle_is_refused() =>
        Assert.Equal("bundle-changed", Fresh.Take(new(ReviewDecision.Approve, "b_2", null), By("eve@x", Role.Lead), Noon).Refusal?.Code);

    [Fact]
    public void A_violation_is_named_by_rule_and_line_when_an_approval_is_refused()
    {
        var refusal = Approve(Fresh with { Findings = [Violation] }, "eve@x", Role.Lead, Noon).Refusal;

        Assert.Equal("policy-violation", refusal?.Code);
        Assert.Contains("discount-limit on line 7", refusal!.Detail);
    }

    [Fact]
    public void A_warning_stops_no_approval() => Assert.False(Approve(Fresh with { Findings = [Violation with { Level = FindingLevel.Warning }] }, "eve@x", Role.Lead, Noon).Refused);

    [Fact]
    public void After_seven_days_nothing_is_approved_and_an_approval_holds_no_more()
    {
        var approved = With(Fresh, "eve@x", ReviewDecision.Approve);

        Assert.Equal(ProposalState.Approved, approved.State(Noon.AddDays(7).AddSeconds(-1)));
        Assert.Equal(ProposalState.Expired, approved.State(Noon.AddDays(7)));
        Assert.Equal("proposal-expired", Approve(Fresh, "eve@x", Role.Lead, Noon.AddDays(7)).Refusal?.Code);
    }

    [Fact]
    public void A_person_counts_once() => Assert.Equal("already-approved", Approve(With(Fresh, "eve@x", ReviewDecision.Approve), "eve@x", Role.Lead, Noon).Refusal?.Code);

    [Fact]
    public void Changes_that_one_person_asked_for_hold_until_that_person_approves()
    {
        var held = With(With(Fresh, "pam@x", ReviewDecision.Approve), "eve@x", ReviewDecision.RequestChanges);

        Assert.Equal(ProposalState.ChangesRequested, held.State(Noon));
        Assert.Equal("changes-requested", Approve(held, "joe@x", Role.Lead, Noon).Refusal?.Code);
        Assert.False(Approve(held, "eve@x", Role.Lead, Noon).Refused);
        Assert.Equal(ProposalState.Approved, With(held, "eve@x", ReviewDecision.Approve).State(Noon));
    }

    [Theory]
    [InlineData(ReviewDecision.Comment)]
    [InlineData(ReviewDecision.RequestChanges)]
    public void A_review_without_approval_says_something(ReviewDecision decision) =>
        Assert.Equal("comment-missing", Fresh.Take(new(decision, Bundle, " "), By("eve@x", Role.Lead), Noon).Refusal?.Code);

    [Fact]
    public void A_comment_decides_nothing() => Assert.Equal(ProposalState.Open, With(Fresh, "eve@x", ReviewDecision.Comment).State(Noon));

    private static Result<Review> Approve(Proposal proposal, string person, Role role, DateTimeOffset now) => proposal.Take(new(ReviewDecision.Approve, Bundle, null), By(person, role), now);

    private static Proposal With(Proposal proposal, string person, ReviewDecision decision) =>
        proposal with { Reviews = [.. proposal.Reviews, new Review(person, Role.Lead, decision, Bundle, "x", Noon)] };

    private static Caller By(string person, Role role) => new(person, role, "key", "*", Scope.Of(role));
}
