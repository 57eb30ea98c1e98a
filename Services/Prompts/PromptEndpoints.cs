using LlmOps.Prompting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace LlmOps.Prompts;

public static class PromptEndpoints
{
    public static void MapPrompts(this IEndpointRouteBuilder app)
    {
        var prompts = app.MapGroup("/prompts").RequireScope(Scope.ReadPrompts).WithTags("Prompts").ProducesProblem(404);

        prompts.MapGet("/", List).WithSummary("The prompts of an app, or of every app the key covers");
        prompts.MapGet("/{name}", Labelled).WithSummary("The version under a label (production unless said), to be cached by its ETag").Produces(304);
        prompts.MapGet("/{name}/versions/{version}", Find).WithSummary("One version with its text and findings");
        prompts.MapGet("/{name}/diff", Diff).WithSummary("What changed between two versions");
        prompts.MapPost("/{name}/versions", Push).RequireScope(Scope.Propose).WithSummary("Push a version, once").ProducesProblem(400).ProducesProblem(409);
        prompts.MapPut("/{name}/labels/{label}", MoveLabel).WithSummary("Point a label at a version; for releases alone").ProducesProblem(403);
    }

    private static async Task<Results<Ok<IReadOnlyList<PromptView>>, ProblemHttpResult>> List(
        string? app, PromptStore store, ProposalStore proposals, HttpContext context, TimeProvider clock, CancellationToken ct)
    {
        var asked = AppFilter.Of(app, context.Caller());
        if (asked.Refused)
            return asked.Refusal.ToProblem();
        var now = clock.GetUtcNow();
        var waiting = (await proposals.Unexpired(asked.Value.App, now, ct)).Where(proposal => proposal.State(now) is ProposalState.Open or ProposalState.ChangesRequested).ToList();
        var prompts = await store.List(asked.Value.App, ct);
        return TypedResults.Ok<IReadOnlyList<PromptView>>([.. prompts.Select(prompt => View(prompt, waiting))]);
    }

    private static async Task<Results<Ok<PromptVersionView>, StatusCodeHttpResult, ProblemHttpResult>> Labelled(
        string name, string? label, string? app, PromptStore store, HttpContext context, CancellationToken ct)
    {
        label ??= Prompt.Live;
        var of = await AppOf(name, app, store, context.Caller(), ct);
        if ((of.Refusal ?? Slug.Refuse("a label", label)) is { } no)
            return no.ToProblem();
        var found = await store.Labelled(of.Value!, name, label, ct);
        if (found.Refused)
            return found.Refusal.ToProblem();

        var view = View(found.Value);
        var tag = new EntityTagHeaderValue($"\"{ContentHash.Of(view)}\"");
        context.Response.GetTypedHeaders().ETag = tag;
        context.Response.Headers.CacheControl = "private, max-age=5, stale-while-revalidate=300";
        var held = context.Request.GetTypedHeaders().IfNoneMatch.Any(other => other.Compare(tag, useStrongComparison: false) || other.Equals(EntityTagHeaderValue.Any));
        return held ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(view);
    }

    private static async Task<Results<Ok<PromptVersionView>, ProblemHttpResult>> Find(
        string name, string version, string? app, PromptStore store, HttpContext context, CancellationToken ct)
    {
        var of = await AppOf(name, app, store, context.Caller(), ct);
        return of.Refused ? of.Refusal.ToProblem() : (await store.Find(of.Value, name, version, ct)).ToHttp(View);
    }

    private static async Task<Results<Ok<PromptDiff>, ProblemHttpResult>> Diff(
        string name, string? app, string from, string to, PromptStore store, HttpContext context, CancellationToken ct)
    {
        var of = await AppOf(name, app, store, context.Caller(), ct);
        if (of.Refused)
            return of.Refusal.ToProblem();
        var (old, @new) = (File(await store.Find(of.Value, name, from, ct)), File(await store.Find(of.Value, name, to, ct)));
        return (old.Refusal ?? @new.Refusal) is { } no ? no.ToProblem() : TypedResults.Ok(PromptDiff.Between(old.Value!, @new.Value!));
    }

    private static async Task<Results<Ok<PromptVersionView>, ProblemHttpResult>> Push(
        string name, PushPrompt push, PromptStore store, HttpContext context, TimeProvider clock, CancellationToken ct)
    {
        var caller = context.Caller();
        if ((caller.Uncovered(push.App) ?? Slug.Refuse("an app", push.App) ?? Slug.Refuse("a prompt", name) ?? StoredText.Refuse("text", push.Text, 1_000_000)
            ?? StoredText.Refuse("commit", push.Commit, 200) ?? StoredText.Refuse("changelog", push.Changelog, 10_000)) is { } no)
            return no.ToProblem();
        var read = PromptVersion.Read(name, push, caller.Person, clock.GetUtcNow());
        return read.Refused ? read.Refusal.ToProblem() : (await store.Push(read.Value, caller, ct)).ToHttp(View);
    }

    private static async Task<Results<Ok<PromptView>, ProblemHttpResult>> MoveLabel(
        string name, string label, MoveLabel move, PromptStore store, ProposalStore proposals, HttpContext context, TimeProvider clock, CancellationToken ct)
    {
        var caller = context.Caller();
        if (!caller.May(Scope.Internal))
            return Refusal.Forbidden("label-moves-by-release", "A label moves only through a release, so that nothing goes live unjudged. Open one with llmops release open.").ToProblem();
        if ((caller.Uncovered(move.App) ?? Slug.Refuse("a label", label) ?? Slug.Refuse("an app", move.App)
            ?? StoredText.Refuse("version", move.Version, 200) ?? StoredText.Refuse("release", move.Release, 200)) is { } no)
            return no.ToProblem();
        var now = clock.GetUtcNow();
        var waiting = await proposals.Unexpired(move.App, now, ct);
        return (await store.MoveLabel(name, label, move, caller, now, ct)).ToHttp(prompt => View(prompt, waiting));
    }

    /// <summary>The app that is meant: the one named, or the only one the key covers that has such a prompt.</summary>
    private static async Task<Result<string>> AppOf(string name, string? app, PromptStore store, Caller caller, CancellationToken ct)
    {
        if (app is { Length: > 0 })
            return (Slug.Refuse("an app", app) ?? caller.Uncovered(app)) is { } no ? no : app;
        var apps = (await store.AppsWith(name, ct)).Where(caller.Covers).ToList();
        return apps switch
        {
            [var only] => only,
            [] => Refusal.NotFound("prompt-not-found", $"There is no prompt {name}, or this key does not cover its app."),
            _ => Refusal.Invalid("app-needed", $"Several apps have a prompt {name}: {string.Join(", ", apps)}. Add ?app=."),
        };
    }

    private static Result<PromptFile> File(Result<PromptVersion> found) => found.Refused ? found.Refusal : found.Value.File();

    private static PromptVersionView View(PromptVersion version) => new(
        version.App, version.Name, version.Version, version.Sha256, version.Text, version.Model, version.Author, version.Commit, version.Changelog,
        version.Changes, version.Findings, version.CreatedAt);

    private static PromptView View(Prompt prompt, IReadOnlyList<Proposal> waiting)
    {
        var versions = Prompt.Ordered(prompt.Versions);
        return new(prompt.App, prompt.Name, versions[0], prompt.Labels, versions, waiting.Count(proposal => proposal.App == prompt.App && proposal.Name == prompt.Name), prompt.UpdatedAt);
    }
}
