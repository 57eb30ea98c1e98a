using LlmOps.Retrieval;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LlmOps.Indexes;

public static class IndexEndpoints
{
    private const int MostQueryCharacters = 32_000;

    public static void MapIndexes(this IEndpointRouteBuilder app)
    {
        var indexes = app.MapGroup("/indexes").RequireScope(Scope.WriteIndexes).WithTags("Indexes").ProducesProblem(400).ProducesProblem(404);
        indexes.MapPut("/{name}/corpus", PutCorpus).WithSummary("The whole corpus of an index as it shall be now");
        indexes.MapPost("/{name}/versions", Build).WithSummary("Build a version of the current corpus, once");

        var versions = app.MapGroup("/index-versions").RequireScope(Scope.ReadIndexes).WithTags("Index versions").ProducesProblem(404);
        versions.MapGet("/", List).WithSummary("The versions of an app, or of every app the key covers, the newest first");
        versions.MapGet("/{id}", Find).WithSummary("One version, and how far its build is");
        versions.MapPost("/{id}/query", Query).WithSummary("The best passages for a text").ProducesProblem(400).ProducesProblem(409);
    }

    private static async Task<Results<Ok<CorpusView>, ProblemHttpResult>> PutCorpus(
        string name, PutCorpus put, CorpusStore store, HttpContext context, TimeProvider clock, CancellationToken ct)
    {
        var caller = context.Caller();
        if (Refuse(name, put.App, caller) is { } no)
            return no.ToProblem();
        var corpus = Corpus.Of(name, put);
        return corpus.Refused ? corpus.Refusal.ToProblem() : TypedResults.Ok(await store.Put(corpus.Value, caller, clock.GetUtcNow(), ct));
    }

    private static async Task<Results<Ok<IndexVersionView>, ProblemHttpResult>> Build(
        string name, BuildIndex order, IndexVersionStore store, Embedders embedders, HttpContext context, TimeProvider clock, CancellationToken ct)
    {
        var (caller, now) = (context.Caller(), clock.GetUtcNow());
        var (chunker, embedder) = (Chunker.Parse(order.Chunker), embedders.Named(order.Embedder));
        if ((Refuse(name, order.App, caller) ?? chunker.Refusal ?? embedder.Refusal) is { } no)
            return no.ToProblem();
        return (await store.Order(
            order.App, name, (corpus, documents) => IndexVersion.Of(order.App, name, chunker.Value!, embedder.Value!, corpus, documents, now), caller, now, ct)).ToHttp(View);
    }

    private static async Task<Results<Ok<IReadOnlyList<IndexVersionView>>, ProblemHttpResult>> List(string? app, IndexVersionStore store, HttpContext context, CancellationToken ct)
    {
        var asked = AppFilter.Of(app, context.Caller());
        return asked.Refused
            ? asked.Refusal.ToProblem()
            : TypedResults.Ok<IReadOnlyList<IndexVersionView>>([.. (await store.List(asked.Value.App, ct)).Select(View)]);
    }

    private static async Task<Results<Ok<IndexVersionView>, ProblemHttpResult>> Find(string id, IndexVersionStore store, HttpContext context, CancellationToken ct)
    {
        var found = await store.Find(id, ct);
        if (!found.Refused && !context.Caller().Covers(found.Value.App))
            found = IndexVersionStore.Missing(id);
        return found.ToHttp(View);
    }

    private static async Task<Results<Ok<IndexAnswer>, ProblemHttpResult>> Query(string id, QueryIndex query, LoadedIndexes indexes, HttpContext context, CancellationToken ct)
    {
        if (query.Text.Length > MostQueryCharacters)
            return Refusal.Invalid("query-too-long", $"The query has {query.Text.Length} characters; the limit is {MostQueryCharacters}. Ask with the question alone.").ToProblem();
        return (await indexes.Get(id, context.Caller(), ct)).ToHttp(index => index.Answer(query.Text, query.K));
    }

    private static Refusal? Refuse(string name, string app, Caller caller) => caller.Uncovered(app) ?? Slug.Refuse("an app", app) ?? Slug.Refuse("an index", name);

    private static IndexVersionView View(IndexVersion version) => new(
        version.Id, version.App, version.Index, version.State, version.Chunker, version.Embedder, version.Corpus, version.Documents, version.Chunks,
        version.Embedded, Reused: version.State == IndexState.Ready ? version.Chunks - version.Embedded : 0, version.CreatedAt, version.ReadyAt, version.Error);
}
