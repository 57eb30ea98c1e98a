using LlmOps.Evaluation;

namespace LlmOps.Releases;

/// <summary>One person's yes to one bundle.</summary>
/// <param name="Release">Null where it was given on a proposal: then it holds for every release of the bundle.</param>
/// <param name="Author">Who proposed the change, where it was given on a proposal.</param>
/// <param name="Source"><c>proposal:id</c> or <c>release:id</c>.</param>
public sealed record Approval(string Bundle, string? Release, string Person, Role Role, string? Author, string Source, DateTimeOffset At, DateTimeOffset ExpiresAt)
{
    public static readonly TimeSpan Validity = TimeSpan.FromDays(7);

    public static Result<Approval> Give(Release release, string author, Caller caller, DateTimeOffset now)
    {
        if (caller.Person == author || caller.Person == release.OpenedBy)
            return Refusal.Forbidden("author-cannot-approve",
                $"{caller.Person} made the bundle or opened the release, and nobody approves their own change. Ask another person who may approve.");
        return release.Course is Phase.Draft or Phase.Validating or Phase.Evaluating or Phase.AwaitingApproval
            ? new Approval(release.Bundle, release.Id, caller.Person, caller.Role, Author: null, $"release:{release.Id}", now, now + Validity)
            : Refusal.Conflict("nothing-to-approve", $"Release {release.Id} is {release.Phase}; it waits for no approval.");
    }

    /// <summary>Those that count, one per person: unexpired, of a role that the policy names, and of nobody who made the change.</summary>
    public static IReadOnlyList<Approval> Counting(IEnumerable<Approval> approvals, Approvals rule, Release release, string author, DateTimeOffset now) =>
        [.. approvals
            .Where(given => given.Bundle == release.Bundle && (given.Release is null || given.Release == release.Id) && now < given.ExpiresAt)
            .Where(given => Scope.Of(given.Role).Contains(Scope.Approve) && (rule.Roles.Count == 0 || rule.Roles.Contains(LocalPerson.Words(given.Role))))
            .Where(given => given.Person != author && given.Person != release.OpenedBy && given.Person != given.Author)
            .DistinctBy(given => given.Person)];
}
