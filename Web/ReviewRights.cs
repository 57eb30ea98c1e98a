namespace LlmOps.Web;

/// <summary>Which buttons a reviewer is shown, and why one is missing. The service decides; this only spares a click that it would refuse.</summary>
public static class ReviewRights
{
    /// <summary>Why this person is not offered to approve; null where the button is shown.</summary>
    public static string? WhyNot(Caller me, ProposalView proposal) =>
        string.Equals(me.Person, proposal.Author, StringComparison.OrdinalIgnoreCase) ? $"You ({me.Person}) proposed this change, and nobody approves their own. A second person has to."
        : !me.May(Scope.Approve) ? $"The role {LocalPerson.Words(me.Role)} does not approve. A lead or the product owner can."
        : proposal.State == ProposalState.Expired ? "This proposal has expired. Open a new one for the bundle that is meant now."
        : proposal.Findings.Any(finding => finding.Level == FindingLevel.Error) ? "This version breaks a rule of the policy (see the findings). A new version has to be pushed and proposed."
        : proposal.Reviews.Any(review => review.Decision == ReviewDecision.Approve && review.Bundle == proposal.Bundle && string.Equals(review.Person, me.Person, StringComparison.OrdinalIgnoreCase)) ? "You have approved this bundle; a person counts once."
        : null;
}
