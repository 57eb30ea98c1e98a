namespace LlmOps.Prompts;

/// <summary>One thing a person said about a proposal. What an approval approves is the bundle.</summary>
public sealed record Review(string Person, Role Role, ReviewDecision Decision, string Bundle, string? Comment, DateTimeOffset At);

/// <summary>A prompt version under review, bound to one bundle. Where it stands follows from its reviews and the clock; nothing else is kept.</summary>
/// <param name="BaseVersion">The version that was live when it was opened.</param>
/// <param name="VersionAuthor">Who pushed the version.</param>
/// <param name="ExpiresAt">Until then its reviews count; sooner when another bundle of the same version was proposed.</param>
/// <param name="Findings">Of the version, under the policy in force.</param>
/// <param name="Reviews">In the order they were written.</param>
public sealed record Proposal(
    Guid Id, string App, string Name, string Version, string? BaseVersion, string Bundle, string Title, string? Description, string? Run,
    string Author, string VersionAuthor, DateTimeOffset OpenedAt, DateTimeOffset ExpiresAt, IReadOnlyList<Finding> Findings, IReadOnlyList<Review> Reviews)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    public string Subject => $"proposal:{Id}";

    public ProposalState State(DateTimeOffset now) =>
        now >= ExpiresAt ? ProposalState.Expired
        : Standing().Any(review => review.Decision == ReviewDecision.RequestChanges) ? ProposalState.ChangesRequested
        : Standing().Any() ? ProposalState.Approved
        : ProposalState.Open;

    /// <summary>The review, or why it does not count.</summary>
    public Result<Review> Take(ReviewProposal asked, Caller caller, DateTimeOffset now)
    {
        var refusal = asked.Decision switch
        {
            ReviewDecision.Comment => RefuseWordless(asked),
            ReviewDecision.RequestChanges => RefuseRequest(caller) ?? RefuseOutdated(asked, now) ?? RefuseWordless(asked),
            ReviewDecision.Approve => RefuseApprover(caller) ?? RefuseOutdated(asked, now) ?? RefuseViolation() ?? RefuseStanding(caller),
        };
        return refusal is null ? new Review(caller.Person, caller.Role, asked.Decision, Bundle, asked.Comment, now) : refusal;
    }

    public bool ApprovedBy(string person) => Reviews.Any(review => Same(review.Person, person) && review.Decision == ReviewDecision.Approve);

    /// <summary>The last decision of each person; comments decide nothing.</summary>
    private IEnumerable<Review> Standing() =>
        Reviews.Where(review => review.Decision != ReviewDecision.Comment).GroupBy(review => review.Person, StringComparer.OrdinalIgnoreCase).Select(own => own.Last());

    /// <summary>Authorship comes before the role: an author learns that no key helps, and the attempt is on record.</summary>
    private Refusal? RefuseApprover(Caller caller) =>
        Same(caller.Person, Author) || Same(caller.Person, VersionAuthor)
            ? Refusal.Forbidden("author-cannot-approve", $"{caller.Person} wrote {Name} {Version} or proposed it, and nobody approves their own change, with whatever key. Ask a second person.")
        : !caller.May(Scope.Approve)
            ? Refusal.Forbidden("approver-needed", $"The role {LocalPerson.Words(caller.Role)} cannot approve. Ask a lead or the product owner.")
        : null;

    private static Refusal? RefuseRequest(Caller caller) => caller.May(Scope.Approve) || caller.May(Scope.Propose) || caller.May(Scope.WritePolicies)
        ? null
        : Refusal.Forbidden("reviewer-needed", $"The role {LocalPerson.Words(caller.Role)} can comment, but not hold a change up. Write a comment, or ask an engineer, a lead, the product owner or compliance.");

    private Refusal? RefuseOutdated(ReviewProposal asked, DateTimeOffset now) =>
        asked.Bundle != Bundle
            ? Refusal.Conflict("bundle-changed", $"This review is of {asked.Bundle}, the proposal is of {Bundle}. Read it again and review what it proposes.")
        : now >= ExpiresAt
            ? Refusal.Conflict("proposal-expired", $"This proposal ended at {ExpiresAt:u}. Open a new one for the bundle that is meant now.")
        : null;

    private Refusal? RefuseViolation() => Findings.FirstOrDefault(finding => finding.Level == FindingLevel.Error) is { } violation
        ? Refusal.Conflict("policy-violation", $"{Name} {Version} breaks the rule {violation.Rule}{(violation.Line is { } line ? $" on line {line}" : "")}: {violation.Message} Push a new version and propose that.")
        : null;

    private Refusal? RefuseStanding(Caller caller)
    {
        var others = Standing().Where(review => !Same(review.Person, caller.Person)).ToList();
        if (others.Find(review => review.Decision == ReviewDecision.RequestChanges) is { } veto)
            return Refusal.Conflict("changes-requested", $"{veto.Person} asked for changes. Push a new version and propose that, or have {veto.Person} approve this one.");
        return Standing().Any(review => Same(review.Person, caller.Person) && review.Decision == ReviewDecision.Approve)
            ? Refusal.Conflict("already-approved", $"{caller.Person} has approved this bundle already, and a person counts once.")
            : null;
    }

    private static Refusal? RefuseWordless(ReviewProposal asked) => string.IsNullOrWhiteSpace(asked.Comment)
        ? Refusal.Invalid("comment-missing", "This review says nothing. Write a comment that tells the author what to do.")
        : null;

    private static bool Same(string person, string other) => string.Equals(person, other, StringComparison.OrdinalIgnoreCase);
}
