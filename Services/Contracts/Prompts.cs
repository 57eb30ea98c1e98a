using System.ComponentModel.DataAnnotations;

namespace LlmOps;

/// <param name="Text">The prompt file, byte for byte.</param>
/// <param name="Commit">The Git commit it came from.</param>
public sealed record PushPrompt([property: Required] string App, [property: Required, MaxLength(1_000_000)] string Text, string? Commit, string? Changelog);

/// <param name="Sha256">Of the file's bytes; the version is immutable under it.</param>
/// <param name="Findings">What the policy lint says; an error stops a release of this version.</param>
public sealed record PromptVersionView(
    string App, string Name, string Version, string Sha256, string Text, string Model, string Author, string? Commit, string? Changelog,
    IReadOnlyList<string> Changes, IReadOnlyList<Finding> Findings, DateTimeOffset CreatedAt);

/// <param name="Labels">Label (production, staging, …) to version. A label moves only through a release.</param>
public sealed record PromptView(
    string App, string Name, string LatestVersion, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<string> Versions, int OpenProposals, DateTimeOffset UpdatedAt);

/// <summary>The lint rules of an app: the policy file of the release, whose <c>lint</c> section Prompts reads.</summary>
public sealed record PutLintPolicy([property: Required] string App, [property: Required] string PolicyText);

public sealed record MoveLabel([property: Required] string App, [property: Required] string Version, [property: Required] string Release);

/// <param name="Bundle">The bundle that the reviewers approve; the approval is bound to this id.</param>
/// <param name="Run">The evaluation that is its evidence.</param>
public sealed record OpenProposal(
    [property: Required] string App, [property: Required] string Name, [property: Required] string Version, [property: Required] string Bundle,
    [property: Required, MaxLength(200)] string Title, string? Description, string? Run);

public enum ProposalState { Open, ChangesRequested, Approved, Expired }

public enum ReviewDecision { Comment, RequestChanges, Approve }

/// <param name="Bundle">What the reviewer saw. Refused when the proposal names another by now.</param>
public sealed record ReviewProposal(ReviewDecision Decision, [property: Required] string Bundle, [property: MaxLength(10_000)] string? Comment);

public sealed record ReviewView(string Person, Role Role, ReviewDecision Decision, string Bundle, string? Comment, DateTimeOffset At);

/// <param name="Noun">What changes: prompt, policy, dataset, judge or price.</param>
/// <param name="BaseVersion">The version that is live, to compare with; null before the first release.</param>
public sealed record ProposalView(
    Guid Id, string App, string Noun, string Name, string Version, string? BaseVersion, string Bundle, string Title, string? Description, string? Run,
    string Author, ProposalState State, IReadOnlyList<ReviewView> Reviews, IReadOnlyList<Finding> Findings, DateTimeOffset OpenedAt, DateTimeOffset ExpiresAt);

/// <summary>One approving review as the feed offers it to the owner of the noun.</summary>
/// <param name="Position">Cursor of the feed, rising.</param>
/// <param name="Name">The prompt that was reviewed: the owner of bundles checks that the approved bundle holds it, in that version.</param>
public sealed record ProposalApproval(
    long Position, Guid Proposal, string App, string Bundle, string Person, Role Role, string Author, DateTimeOffset At, DateTimeOffset ExpiresAt,
    string? Name = null, string? Version = null);

public sealed class PromptsClient(HttpClient http) : ServiceClient(http)
{
    public Task<Result<IReadOnlyList<PromptView>>> List(string? app, CancellationToken ct) => GetList<PromptView>($"prompts?app={Esc(app ?? "")}", ct);

    public Task<Result<PromptVersionView>> Version(string app, string name, string version, CancellationToken ct) =>
        Get<PromptVersionView>($"prompts/{Esc(name)}/versions/{Esc(version)}?app={Esc(app)}", ct);

    /// <summary>Idempotent: the same text again answers the version that is there.</summary>
    public Task<Result<PromptVersionView>> Push(string name, PushPrompt push, CancellationToken ct) => Post<PromptVersionView>($"prompts/{Esc(name)}/versions", push, ct);

    public Task<Result<PromptView>> MoveLabel(string name, string label, MoveLabel move, CancellationToken ct) => Put<PromptView>($"prompts/{Esc(name)}/labels/{Esc(label)}", move, ct);

    public Task<Result<PutLintPolicy>> PutLintPolicy(PutLintPolicy policy, CancellationToken ct) => Put<PutLintPolicy>("lint-policies", policy, ct);

    public Task<Result<IReadOnlyList<ProposalView>>> Proposals(string? app, CancellationToken ct) => GetList<ProposalView>($"proposals?app={Esc(app ?? "")}", ct);

    public Task<Result<ProposalView>> Proposal(Guid id, CancellationToken ct) => Get<ProposalView>($"proposals/{id}", ct);

    public Task<Result<ProposalView>> Open(OpenProposal open, CancellationToken ct) => Post<ProposalView>("proposals", open, ct);

    public Task<Result<ProposalView>> Review(Guid id, ReviewProposal review, CancellationToken ct) => Post<ProposalView>($"proposals/{id}/reviews", review, ct);

    public Task<Result<IReadOnlyList<ProposalApproval>>> Approvals(long after, CancellationToken ct) => GetList<ProposalApproval>($"proposals/approvals?after={after}", ct);
}
