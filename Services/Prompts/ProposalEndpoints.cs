using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LlmOps.Prompts;

public static partial class ProposalEndpoints
{
    public static void MapProposals(this IEndpointRouteBuilder app)
    {
        var proposals = app.MapGroup("/proposals").RequireScope(Scope.ReadPrompts).WithTags("Proposals").ProducesProblem(404);

        proposals.MapGet("/", List).WithSummary("The newest 200 proposals, or those before an id");
        proposals.MapGet("/{id:guid}", Find).WithSummary("One proposal with its reviews and findings");
        proposals.MapPost("/", Open).RequireScope(Scope.Propose).WithSummary("Propose a prompt version, bound to its bundle").ProducesProblem(400);
        proposals.MapPost("/{id:guid}/reviews", Review).WithSummary("Comment, request changes or approve").ProducesProblem(400).ProducesProblem(403).ProducesProblem(409);
        proposals.MapGet("/approvals", Approvals).RequireScope(Scope.Internal).WithSummary("Feed of approving reviews, in the order of their commits");
    }

    private static async Task<Results<Ok<IReadOnlyList<ProposalView>>, ProblemHttpResult>> List(
        string? app, Guid? before, ProposalStore store, HttpContext context, TimeProvider clock, CancellationToken ct)
    {
        var asked = AppFilter.Of(app, context.Caller());
        if (asked.Refused)
            return asked.Refusal.ToProblem();
        var now = clock.GetUtcNow();
        return TypedResults.Ok<IReadOnlyList<ProposalView>>([.. (await store.List(asked.Value.App, before, ct)).Select(proposal => View(proposal, now))]);
    }

    private static async Task<Results<Ok<ProposalView>, ProblemHttpResult>> Find(Guid id, ProposalStore store, HttpContext context, TimeProvider clock, CancellationToken ct)
    {
        var found = await store.Find(id, ct);
        if (!found.Refused && !context.Caller().Covers(found.Value.App))
            found = ProposalStore.Missing(id);
        return found.ToHttp(proposal => View(proposal, clock.GetUtcNow()));
    }

    private static async Task<Results<Ok<ProposalView>, ProblemHttpResult>> Open(
        OpenProposal open, ProposalStore store, HttpContext context, TimeProvider clock, CancellationToken ct)
    {
        var (caller, now) = (context.Caller(), clock.GetUtcNow());
        if ((caller.Uncovered(open.App) ?? Slug.Refuse("an app", open.App) ?? Slug.Refuse("a prompt", open.Name) ?? RefuseBundle(open.Bundle)
            ?? StoredText.Refuse("version", open.Version, 200) ?? StoredText.Refuse("title", open.Title, 200)
            ?? StoredText.Refuse("description", open.Description, 10_000) ?? StoredText.Refuse("run", open.Run, 200)) is { } no)
            return no.ToProblem();
        return (await store.Open(Guid.CreateVersion7(now), open, caller, now, ct)).ToHttp(proposal => View(proposal, now));
    }

    private static async Task<Results<Ok<ProposalView>, ProblemHttpResult>> Review(
        Guid id, ReviewProposal review, ProposalStore store, HttpContext context, TimeProvider clock, CancellationToken ct)
    {
        var (caller, now) = (context.Caller(), clock.GetUtcNow());
        if (StoredText.Refuse("comment", review.Comment, 10_000) is { } no)
            return no.ToProblem();
        return (await store.Review(id, proposal => caller.Covers(proposal.App) ? proposal.Take(review, caller, now) : ProposalStore.Missing(id), caller, now, ct))
            .ToHttp(proposal => View(proposal, now));
    }

    private static async Task<Ok<IReadOnlyList<ProposalApproval>>> Approvals(ProposalStore store, CancellationToken ct, long after = 0) =>
        TypedResults.Ok(await store.Approvals(after, ct));

    private static Refusal? RefuseBundle(string bundle) => BundleId().IsMatch(bundle) ? null : Refusal.Invalid("bundle-unreadable",
        "A bundle's id is b_ and 64 hexadecimal digits. Make the bundle first (POST /bundles) and name the id that it answers.");

    private static ProposalView View(Proposal proposal, DateTimeOffset now) => new(
        proposal.Id, proposal.App, "prompt", proposal.Name, proposal.Version, proposal.BaseVersion, proposal.Bundle, proposal.Title, proposal.Description, proposal.Run,
        proposal.Author, proposal.State(now),
        [.. proposal.Reviews.Select(review => new ReviewView(review.Person, review.Role, review.Decision, review.Bundle, review.Comment, review.At))],
        proposal.Findings, proposal.OpenedAt, proposal.ExpiresAt);

    [GeneratedRegex(@"^b_[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex BundleId();
}
